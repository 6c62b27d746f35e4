{
  "targets": [
    {
      "target_name": "sameroom_c_loop",
      "sources": ["c-loop.c", "c-loop-binding.c"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-O3", "-Wall", "-Wextra", "-fvisibility=hidden"]
    }
  ]
}

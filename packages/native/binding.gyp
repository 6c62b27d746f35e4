{
  "target_defaults": {
    "configurations": {
      "Release": { "cflags": ["-O3"] },
      "Debug": {
        "cflags": ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined"],
        "ldflags": ["-fsanitize=address,undefined"]
      }
    }
  },
  "targets": [
    {
      "target_name": "sameroom_native",
      "sources": ["<!@(node scripts/units.mjs)"],
      "include_dirs": ["src/cpp"],
      "defines": ["NAPI_VERSION=8", "OPENSSL_API_COMPAT=30000", "_GNU_SOURCE"],
      "cflags": ["-Wall", "-Wextra", "-Wshadow", "-fvisibility=hidden"],
      "cflags_cc": ["-std=gnu++17"],
      "ldflags": ["-Wl,-z,now"]
    }
  ]
}

/* run(packets, size, viewers, batch, out: Float64Array(5)) -> errno; fills the fields of c_loop_result in order. */
#include <node_api.h>

#include "c-loop.h"

static napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 5, length = 0;
  napi_value values[5], out;
  uint32_t numbers[4] = {0};
  napi_typedarray_type type;
  void *data = NULL;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  for (int i = 0; i < 4; i++) {
    if (napi_get_value_uint32(env, values[i], &numbers[i]) != napi_ok) {
      napi_throw_type_error(env, NULL, "four numbers are expected");
      return NULL;
    }
  }
  if (napi_get_typedarray_info(env, values[4], &type, &length, &data, NULL, NULL) != napi_ok ||
      type != napi_float64_array || length < 5) {
    napi_throw_type_error(env, NULL, "a Float64Array of 5 is expected");
    return NULL;
  }
  struct c_loop_options options = {numbers[0], numbers[1], numbers[2], numbers[3]};
  struct c_loop_result result;
  int error = c_loop_run(&options, &result);
  double *fields = data;
  fields[0] = (double)result.sent;
  fields[1] = (double)result.dropped;
  fields[2] = (double)result.received;
  fields[3] = result.cpu_seconds;
  fields[4] = result.wall_seconds;
  napi_create_int32(env, error, &out);
  return out;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, NULL, &function);
  napi_set_named_property(env, exports, "run", function);
  return exports;
}

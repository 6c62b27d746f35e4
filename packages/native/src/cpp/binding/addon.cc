#include "binding/napi_value.h"
#include "binding/wire_binding.h"

NAPI_MODULE_INIT() {
  sameroom::exportWire(env, exports);
  sameroom::exportCertificate(env, exports);
  sameroom::exportTesting(env, exports);
  sameroom::exportLoad(env, exports);
  return exports;
}

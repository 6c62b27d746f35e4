#include "binding/waker.h"

namespace sameroom {
namespace {

void callJavaScript(napi_env env, napi_value callback, void*, void*) {
  if (env == nullptr || callback == nullptr) return;
  napi_value self = nullptr;
  napi_get_undefined(env, &self);
  napi_call_function(env, self, callback, 0, nullptr, nullptr);
}

}  // namespace

bool Waker::create(napi_env env, napi_value callback, const char* name) {
  napi_value resource = nullptr;
  napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &resource);
  return napi_create_threadsafe_function(env, callback, nullptr, resource, 0, 1, nullptr, nullptr, nullptr,
                                         callJavaScript, &function_) == napi_ok;
}

void Waker::wake() {
  if (function_ != nullptr) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

void Waker::release() {
  if (function_ != nullptr) napi_release_threadsafe_function(function_, napi_tsfn_abort);
  function_ = nullptr;
}

}  // namespace sameroom

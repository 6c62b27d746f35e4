#pragma once
#include <node_api.h>

namespace sameroom {

// Calls a JavaScript function from any thread; calls that are still on their way are not repeated.
class Waker {
 public:
  Waker() = default;
  ~Waker() { release(); }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  bool create(napi_env env, napi_value callback, const char* name);
  void wake();
  // After this, `wake` does nothing; call when no other thread uses it any more.
  void release();

 private:
  napi_threadsafe_function function_ = nullptr;
};

}  // namespace sameroom

#pragma once
// Small helpers over the C Node-API: arguments in, values out, no exceptions.
#include <node_api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sameroom {

struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
};

// The arguments of one call, read in order. A wrong type throws a TypeError in JavaScript and makes `ok()` false.
class Args {
 public:
  Args(napi_env env, napi_callback_info info);

  napi_env env() const { return env_; }
  bool ok() const { return ok_; }
  template <typename T>
  T* self() const {
    return static_cast<T*>(self_);
  }

  double number();
  // Whole numbers in range; anything else is an error.
  uint32_t u32() { return static_cast<uint32_t>(whole(4294967295.0)); }
  uint8_t u8() { return static_cast<uint8_t>(whole(255.0)); }
  // Cut off at 2^53, so that any positive duration will do.
  uint64_t u53();
  // A negative number means absent.
  std::optional<uint32_t> optionalU32();
  std::optional<uint8_t> optionalU8();
  bool boolean();
  std::string string();
  std::vector<std::string> strings();
  // A view on a Uint8Array; valid during the call.
  Bytes bytes();
  std::vector<uint8_t> copyBytes();
  std::vector<uint16_t> copyU16();
  // An array of Uint8Arrays.
  std::vector<std::vector<uint8_t>> copyByteArrays();
  // A Float64Array of at least `count` elements.
  double* doubles(size_t count);
  napi_value next();

 private:
  static constexpr size_t kMax = 16;
  Bytes typed(napi_typedarray_type type, const char* name);
  void fail(const char* message);
  double whole(double most);

  napi_env env_;
  napi_value values_[kMax];
  size_t count_ = kMax;
  size_t at_ = 0;
  bool ok_ = true;
  void* self_ = nullptr;
};

napi_value makeNumber(napi_env env, double value);
napi_value makeBoolean(napi_env env, bool value);
napi_value makeString(napi_env env, const std::string& value);
napi_value makeBytes(napi_env env, const uint8_t* data, size_t size);
napi_value makeUndefined(napi_env env);
void throwError(napi_env env, const char* code, const std::string& message);
void setProperty(napi_env env, napi_value object, const char* name, napi_value value);
void setFunction(napi_env env, napi_value object, const char* name, napi_callback callback);
napi_property_descriptor method(const char* name, napi_callback callback);

}  // namespace sameroom

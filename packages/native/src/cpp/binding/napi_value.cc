#include "binding/napi_value.h"

namespace sameroom {

Args::Args(napi_env env, napi_callback_info info) : env_(env) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &count_, values_, &self, nullptr);
  if (self != nullptr && napi_unwrap(env, self, &self_) != napi_ok) self_ = nullptr;
}

napi_value Args::next() {
  napi_value out = nullptr;
  if (at_ < count_ && at_ < kMax) out = values_[at_];
  else napi_get_undefined(env_, &out);
  ++at_;
  return out;
}

void Args::fail(const char* message) {
  if (ok_) napi_throw_type_error(env_, nullptr, message);
  ok_ = false;
}

double Args::number() {
  double out = 0;
  if (napi_get_value_double(env_, next(), &out) != napi_ok) fail("a number is expected");
  return out;
}

double Args::whole(double most) {
  const double value = number();
  if (value >= 0 && value <= most) return value;
  fail("a number is out of range");
  return 0;
}

uint64_t Args::u53() {
  constexpr double kMost = 9007199254740992.0;
  const double value = number();
  if (!(value >= 0)) {
    fail("a number is out of range");
    return 0;
  }
  return static_cast<uint64_t>(value < kMost ? value : kMost);
}

std::optional<uint32_t> Args::optionalU32() {
  const double value = number();
  if (value < 0) return std::nullopt;
  --at_;
  return u32();
}

std::optional<uint8_t> Args::optionalU8() {
  const double value = number();
  if (value < 0) return std::nullopt;
  --at_;
  return u8();
}

bool Args::boolean() {
  bool out = false;
  if (napi_get_value_bool(env_, next(), &out) != napi_ok) fail("a boolean is expected");
  return out;
}

std::string Args::string() {
  napi_value value = next();
  size_t size = 0;
  if (napi_get_value_string_utf8(env_, value, nullptr, 0, &size) != napi_ok) {
    fail("a string is expected");
    return {};
  }
  std::string out(size, '\0');
  napi_get_value_string_utf8(env_, value, out.data(), size + 1, &size);
  return out;
}

std::vector<std::string> Args::strings() {
  std::vector<std::string> out;
  napi_value array = next();
  uint32_t length = 0;
  if (napi_get_array_length(env_, array, &length) != napi_ok) fail("an array is expected");
  for (uint32_t i = 0; i < length && ok_; ++i) {
    napi_value item = nullptr;
    size_t size = 0;
    if (napi_get_element(env_, array, i, &item) != napi_ok ||
        napi_get_value_string_utf8(env_, item, nullptr, 0, &size) != napi_ok) {
      fail("an array of strings is expected");
      break;
    }
    std::string text(size, '\0');
    napi_get_value_string_utf8(env_, item, text.data(), size + 1, &size);
    out.push_back(std::move(text));
  }
  return out;
}

std::vector<std::vector<uint8_t>> Args::copyByteArrays() {
  std::vector<std::vector<uint8_t>> out;
  napi_value array = next();
  uint32_t length = 0;
  if (napi_get_array_length(env_, array, &length) != napi_ok) fail("an array is expected");
  for (uint32_t i = 0; i < length && ok_; ++i) {
    napi_value item = nullptr;
    napi_typedarray_type type{};
    size_t size = 0;
    void* data = nullptr;
    if (napi_get_element(env_, array, i, &item) != napi_ok ||
        napi_get_typedarray_info(env_, item, &type, &size, &data, nullptr, nullptr) != napi_ok || type != napi_uint8_array) {
      fail("an array of Uint8Arrays is expected");
      break;
    }
    const auto* first = static_cast<const uint8_t*>(data);
    out.emplace_back(first, first + size);
  }
  return out;
}

Bytes Args::typed(napi_typedarray_type expected, const char* message) {
  napi_typedarray_type type{};
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env_, next(), &type, &length, &data, nullptr, nullptr) != napi_ok || type != expected) {
    fail(message);
    return {};
  }
  return {static_cast<uint8_t*>(data), length};
}

Bytes Args::bytes() { return typed(napi_uint8_array, "a Uint8Array is expected"); }

std::vector<uint8_t> Args::copyBytes() {
  const Bytes view = bytes();
  return std::vector<uint8_t>(view.data, view.data + view.size);
}

std::vector<uint16_t> Args::copyU16() {
  const Bytes view = typed(napi_uint16_array, "a Uint16Array is expected");
  const auto* first = reinterpret_cast<const uint16_t*>(view.data);
  return std::vector<uint16_t>(first, first + view.size);
}

double* Args::doubles(size_t count) {
  const Bytes view = typed(napi_float64_array, "a Float64Array is expected");
  if (ok_ && view.size < count) fail("the Float64Array is too short");
  return ok_ ? reinterpret_cast<double*>(view.data) : nullptr;
}

napi_value makeNumber(napi_env env, double value) {
  napi_value out = nullptr;
  napi_create_double(env, value, &out);
  return out;
}

napi_value makeBoolean(napi_env env, bool value) {
  napi_value out = nullptr;
  napi_get_boolean(env, value, &out);
  return out;
}

napi_value makeString(napi_env env, const std::string& value) {
  napi_value out = nullptr;
  napi_create_string_utf8(env, value.data(), value.size(), &out);
  return out;
}

napi_value makeBytes(napi_env env, const uint8_t* data, size_t size) {
  void* memory = nullptr;
  napi_value buffer = nullptr;
  napi_value out = nullptr;
  napi_create_arraybuffer(env, size, &memory, &buffer);
  for (size_t i = 0; i < size; ++i) static_cast<uint8_t*>(memory)[i] = data[i];
  napi_create_typedarray(env, napi_uint8_array, size, buffer, 0, &out);
  return out;
}

napi_value makeUndefined(napi_env env) {
  napi_value out = nullptr;
  napi_get_undefined(env, &out);
  return out;
}

void throwError(napi_env env, const char* code, const std::string& message) {
  napi_throw_error(env, code, message.c_str());
}

void setProperty(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

void setFunction(napi_env env, napi_value object, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, object, name, function);
}

napi_property_descriptor method(const char* name, napi_callback callback) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

}  // namespace sameroom

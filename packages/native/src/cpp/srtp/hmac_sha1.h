#pragma once
#include <openssl/sha.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace sameroom {

struct ByteSpan {
  const uint8_t* data;
  size_t size;
};

// HMAC-SHA1 (RFC 2104) with both key pads hashed once. OpenSSL's EVP_MAC copies provider contexts, hence allocates,
// for each message; this costs two struct copies.
class HmacSha1 {
 public:
  static constexpr size_t kBytes = 20;

  ~HmacSha1();
  void setKey(const uint8_t* key, size_t size);
  void compute(std::initializer_list<ByteSpan> message, uint8_t out[kBytes]) const;

 private:
  SHA_CTX inner_{};
  SHA_CTX outer_{};
};

}  // namespace sameroom

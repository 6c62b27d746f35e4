#include "srtp/hmac_sha1.h"

#include <openssl/crypto.h>

#include <cstring>

// A state that is copied for each packet; the successors of these functions allocate one.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace sameroom {

HmacSha1::~HmacSha1() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

// Keys here are 20 bytes, shorter than the 64-byte block, so they are never hashed first.
void HmacSha1::setKey(const uint8_t* key, size_t size) {
  uint8_t pad[SHA_CBLOCK];
  const auto start = [&](SHA_CTX& state, uint8_t fill) {
    std::memset(pad, fill, sizeof pad);
    for (size_t i = 0; i < size && i < sizeof pad; ++i) pad[i] ^= key[i];
    SHA1_Init(&state);
    SHA1_Update(&state, pad, sizeof pad);
  };
  start(inner_, 0x36);
  start(outer_, 0x5c);
  OPENSSL_cleanse(pad, sizeof pad);
}

void HmacSha1::compute(std::initializer_list<ByteSpan> message, uint8_t out[kBytes]) const {
  SHA_CTX state = inner_;
  for (const ByteSpan& part : message) SHA1_Update(&state, part.data, part.size);
  SHA1_Final(out, &state);
  state = outer_;
  SHA1_Update(&state, out, kBytes);
  SHA1_Final(out, &state);
}

}  // namespace sameroom

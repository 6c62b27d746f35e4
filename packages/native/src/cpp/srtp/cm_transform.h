#pragma once
#include "dtls/openssl_ptr.h"
#include "srtp/hmac_sha1.h"
#include "srtp/srtp_transform.h"

namespace sameroom {

// AES128_CM_HMAC_SHA1_80, RFC 3711.
class CmTransform final : public SrtpTransform {
 public:
  static constexpr size_t kTagBytes = 10;

  static std::unique_ptr<SrtpTransform> create(const SrtpSessionKeys& rtp, const SrtpSessionKeys& rtcp);
  ~CmTransform() override;

  size_t tagBytes() const override { return kTagBytes; }
  size_t protectRtp(const ProtectRtp& packet) override;
  bool unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t index) override;
  size_t protectRtcp(uint8_t* packet, size_t size, uint32_t index) override;
  bool unprotectRtcp(uint8_t* packet, size_t& size, uint32_t& index) override;

 private:
  struct Stream {
    CipherCtxPtr cipher;
    HmacSha1 hmac;
    uint8_t salt[kSrtpMaxSaltBytes] = {};
    bool init(const SrtpSessionKeys& keys);
    bool start(uint32_t ssrc, uint64_t index);
    bool crypt(uint8_t* out, const uint8_t* in, size_t size);
  };
  CmTransform() = default;

  Stream rtp_;
  Stream rtcp_;
};

}  // namespace sameroom

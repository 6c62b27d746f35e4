#pragma once
#include "dtls/openssl_ptr.h"
#include "srtp/srtp_transform.h"

namespace sameroom {

// AEAD_AES_128_GCM, RFC 7714.
class GcmTransform final : public SrtpTransform {
 public:
  static constexpr size_t kTagBytes = 16;

  static std::unique_ptr<SrtpTransform> create(const SrtpSessionKeys& rtp, const SrtpSessionKeys& rtcp, bool encrypt);
  ~GcmTransform() override;

  size_t tagBytes() const override { return kTagBytes; }
  size_t protectRtp(const ProtectRtp& packet) override;
  bool unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t index) override;
  size_t protectRtcp(uint8_t* packet, size_t size, uint32_t index) override;
  bool unprotectRtcp(uint8_t* packet, size_t& size, uint32_t& index) override;

 private:
  struct Stream {
    CipherCtxPtr cipher;
    uint8_t salt[12] = {};
    bool init(const SrtpSessionKeys& keys, bool encrypt);
  };
  GcmTransform() = default;

  Stream rtp_;
  Stream rtcp_;
};

}  // namespace sameroom

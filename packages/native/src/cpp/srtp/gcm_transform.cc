#include "srtp/gcm_transform.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "bytes.h"

namespace sameroom {
namespace {

constexpr size_t kIvBytes = 12;

// RFC 7714 section 8.1.
void rtpIv(const uint8_t* salt, uint32_t ssrc, uint64_t index, uint8_t* iv) {
  iv[0] = iv[1] = 0;
  writeU32(iv + 2, ssrc);
  writeU48(iv + 6, index);
  for (size_t i = 0; i < kIvBytes; ++i) iv[i] ^= salt[i];
}

// RFC 7714 section 9.1.
void rtcpIv(const uint8_t* salt, uint32_t ssrc, uint32_t index, uint8_t* iv) {
  iv[0] = iv[1] = iv[6] = iv[7] = 0;
  writeU32(iv + 2, ssrc);
  writeU32(iv + 8, index);
  for (size_t i = 0; i < kIvBytes; ++i) iv[i] ^= salt[i];
}

bool begin(EVP_CIPHER_CTX* c, const uint8_t* iv) {
  return EVP_CipherInit_ex(c, nullptr, nullptr, nullptr, iv, -1) == 1;
}

bool update(EVP_CIPHER_CTX* c, uint8_t* out, const uint8_t* in, size_t size) {
  int done = 0;
  return size == 0 || EVP_CipherUpdate(c, out, &done, in, static_cast<int>(size)) == 1;
}

bool finishTag(EVP_CIPHER_CTX* c, uint8_t* tag) {
  int done = 0;
  uint8_t nothing[16];
  if (EVP_CipherFinal_ex(c, nothing, &done) != 1) return false;
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, GcmTransform::kTagBytes),
                         OSSL_PARAM_construct_end()};
  return EVP_CIPHER_CTX_get_params(c, params) == 1;
}

bool checkTag(EVP_CIPHER_CTX* c, uint8_t* tag) {
  OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, GcmTransform::kTagBytes),
                         OSSL_PARAM_construct_end()};
  int done = 0;
  uint8_t nothing[16];
  return EVP_CIPHER_CTX_set_params(c, params) == 1 && EVP_CipherFinal_ex(c, nothing, &done) == 1;
}

}  // namespace

bool GcmTransform::Stream::init(const SrtpSessionKeys& keys, bool encrypt) {
  cipher.reset(EVP_CIPHER_CTX_new());
  if (!cipher) return false;
  std::memcpy(salt, keys.salt, sizeof salt);
  return EVP_CipherInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, keys.encryption, nullptr, encrypt ? 1 : 0) == 1;
}

std::unique_ptr<SrtpTransform> GcmTransform::create(const SrtpSessionKeys& rtp, const SrtpSessionKeys& rtcp, bool encrypt) {
  std::unique_ptr<GcmTransform> out(new GcmTransform());
  if (!out->rtp_.init(rtp, encrypt) || !out->rtcp_.init(rtcp, encrypt)) return nullptr;
  return out;
}

GcmTransform::~GcmTransform() {
  OPENSSL_cleanse(rtp_.salt, sizeof rtp_.salt);
  OPENSSL_cleanse(rtcp_.salt, sizeof rtcp_.salt);
}

size_t GcmTransform::protectRtp(const ProtectRtp& p) {
  EVP_CIPHER_CTX* c = rtp_.cipher.get();
  uint8_t iv[kIvBytes];
  rtpIv(rtp_.salt, readU32(p.out + 8), p.index, iv);
  uint8_t* body = p.out + p.headerSize;
  uint8_t padding[kMaxPadding];
  writePadding(padding, p.padding);
  uint8_t* tag = body + p.payloadSize + p.padding;
  const bool ok = begin(c, iv) && update(c, nullptr, p.out, p.headerSize) && update(c, body, p.payload, p.payloadSize) &&
                  update(c, body + p.payloadSize, padding, p.padding) && finishTag(c, tag);
  return ok ? p.headerSize + p.payloadSize + p.padding + kTagBytes : 0;
}

bool GcmTransform::unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t index) {
  if (size < headerSize + kTagBytes) return false;
  EVP_CIPHER_CTX* c = rtp_.cipher.get();
  uint8_t iv[kIvBytes];
  rtpIv(rtp_.salt, readU32(packet + 8), index, iv);
  uint8_t* body = packet + headerSize;
  const size_t bodySize = size - headerSize - kTagBytes;
  if (!begin(c, iv) || !update(c, nullptr, packet, headerSize) || !update(c, body, body, bodySize)) return false;
  if (!checkTag(c, body + bodySize)) return false;
  size -= kTagBytes;
  return true;
}

size_t GcmTransform::protectRtcp(uint8_t* packet, size_t size, uint32_t index) {
  if (size < kRtcpClearBytes) return 0;
  EVP_CIPHER_CTX* c = rtcp_.cipher.get();
  uint8_t iv[kIvBytes];
  rtcpIv(rtcp_.salt, readU32(packet + 4), index, iv);
  uint8_t trailer[4];
  writeU32(trailer, kSrtcpEncrypted | index);
  uint8_t* body = packet + kRtcpClearBytes;
  const bool ok = begin(c, iv) && update(c, nullptr, packet, kRtcpClearBytes) && update(c, nullptr, trailer, 4) &&
                  update(c, body, body, size - kRtcpClearBytes) && finishTag(c, packet + size);
  if (!ok) return 0;
  std::memcpy(packet + size + kTagBytes, trailer, 4);
  return size + kTagBytes + 4;
}

bool GcmTransform::unprotectRtcp(uint8_t* packet, size_t& size, uint32_t& index) {
  if (size < kRtcpClearBytes + kTagBytes + 4) return false;
  const uint8_t* trailer = packet + size - 4;
  const uint32_t word = readU32(trailer);
  const bool encrypted = (word & kSrtcpEncrypted) != 0;
  index = word & ~kSrtcpEncrypted;
  EVP_CIPHER_CTX* c = rtcp_.cipher.get();
  uint8_t iv[kIvBytes];
  rtcpIv(rtcp_.salt, readU32(packet + 4), index, iv);
  const size_t plainSize = size - kTagBytes - 4;
  // What is not encrypted is all associated data (RFC 7714 section 9.3).
  const size_t clear = encrypted ? kRtcpClearBytes : plainSize;
  if (!begin(c, iv) || !update(c, nullptr, packet, clear) || !update(c, nullptr, trailer, 4)) return false;
  if (!update(c, packet + clear, packet + clear, plainSize - clear) || !checkTag(c, packet + plainSize)) return false;
  size = plainSize;
  return true;
}

}  // namespace sameroom

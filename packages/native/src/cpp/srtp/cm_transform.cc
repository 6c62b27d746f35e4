#include "srtp/cm_transform.h"

#include "bytes.h"

namespace sameroom {

bool CmTransform::Stream::init(const SrtpSessionKeys& keys) {
  cipher.reset(EVP_CIPHER_CTX_new());
  if (!cipher) return false;
  std::memcpy(salt, keys.salt, sizeof salt);
  hmac.setKey(keys.authentication, sizeof keys.authentication);
  return EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_ctr(), nullptr, keys.encryption, nullptr) == 1;
}

// The initial counter block of RFC 3711 section 4.1.1.
bool CmTransform::Stream::start(uint32_t ssrc, uint64_t index) {
  uint8_t iv[16] = {};
  writeU32(iv + 4, ssrc);
  writeU48(iv + 8, index);
  for (size_t i = 0; i < sizeof salt; ++i) iv[i] ^= salt[i];
  return EVP_EncryptInit_ex(cipher.get(), nullptr, nullptr, nullptr, iv) == 1;
}

bool CmTransform::Stream::crypt(uint8_t* out, const uint8_t* in, size_t size) {
  int done = 0;
  return size == 0 || EVP_EncryptUpdate(cipher.get(), out, &done, in, static_cast<int>(size)) == 1;
}

std::unique_ptr<SrtpTransform> CmTransform::create(const SrtpSessionKeys& rtp, const SrtpSessionKeys& rtcp) {
  std::unique_ptr<CmTransform> out(new CmTransform());
  if (!out->rtp_.init(rtp) || !out->rtcp_.init(rtcp)) return nullptr;
  return out;
}

CmTransform::~CmTransform() {
  OPENSSL_cleanse(rtp_.salt, sizeof rtp_.salt);
  OPENSSL_cleanse(rtcp_.salt, sizeof rtcp_.salt);
}

size_t CmTransform::protectRtp(const ProtectRtp& p) {
  uint8_t* body = p.out + p.headerSize;
  uint8_t padding[kMaxPadding];
  writePadding(padding, p.padding);
  if (!rtp_.start(readU32(p.out + 8), p.index) || !rtp_.crypt(body, p.payload, p.payloadSize) ||
      !rtp_.crypt(body + p.payloadSize, padding, p.padding)) {
    return 0;
  }
  const size_t size = p.headerSize + p.payloadSize + p.padding;
  uint8_t rollover[4];
  writeU32(rollover, static_cast<uint32_t>(p.index >> 16));
  uint8_t mac[HmacSha1::kBytes];
  rtp_.hmac.compute({{p.out, size}, {rollover, 4}}, mac);
  std::memcpy(p.out + size, mac, kTagBytes);
  return size + kTagBytes;
}

bool CmTransform::unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t index) {
  if (size < headerSize + kTagBytes) return false;
  const size_t plainSize = size - kTagBytes;
  uint8_t rollover[4];
  writeU32(rollover, static_cast<uint32_t>(index >> 16));
  uint8_t mac[HmacSha1::kBytes];
  rtp_.hmac.compute({{packet, plainSize}, {rollover, 4}}, mac);
  if (CRYPTO_memcmp(mac, packet + plainSize, kTagBytes) != 0) return false;
  uint8_t* body = packet + headerSize;
  if (!rtp_.start(readU32(packet + 8), index) || !rtp_.crypt(body, body, plainSize - headerSize)) return false;
  size = plainSize;
  return true;
}

size_t CmTransform::protectRtcp(uint8_t* packet, size_t size, uint32_t index) {
  if (size < kRtcpClearBytes) return 0;
  uint8_t* body = packet + kRtcpClearBytes;
  if (!rtcp_.start(readU32(packet + 4), index) || !rtcp_.crypt(body, body, size - kRtcpClearBytes)) return 0;
  writeU32(packet + size, kSrtcpEncrypted | index);
  uint8_t mac[HmacSha1::kBytes];
  rtcp_.hmac.compute({{packet, size + 4}}, mac);
  std::memcpy(packet + size + 4, mac, kTagBytes);
  return size + 4 + kTagBytes;
}

bool CmTransform::unprotectRtcp(uint8_t* packet, size_t& size, uint32_t& index) {
  if (size < kRtcpClearBytes + kTagBytes + 4) return false;
  const size_t signedSize = size - kTagBytes;
  uint8_t mac[HmacSha1::kBytes];
  rtcp_.hmac.compute({{packet, signedSize}}, mac);
  if (CRYPTO_memcmp(mac, packet + signedSize, kTagBytes) != 0) return false;
  const size_t plainSize = signedSize - 4;
  const uint32_t word = readU32(packet + plainSize);
  index = word & ~kSrtcpEncrypted;
  uint8_t* body = packet + kRtcpClearBytes;
  if ((word & kSrtcpEncrypted) != 0 &&
      (!rtcp_.start(readU32(packet + 4), index) || !rtcp_.crypt(body, body, plainSize - kRtcpClearBytes))) {
    return false;
  }
  size = plainSize;
  return true;
}

}  // namespace sameroom

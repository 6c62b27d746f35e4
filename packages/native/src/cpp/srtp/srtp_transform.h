#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "srtp/srtp_keys.h"

namespace sameroom {

// One RTP packet about to be protected. `out` already holds `headerSize` bytes of header; the encrypted payload, then
// the RTP padding (RFC 3550 section 5.1), then the tag follow it. `payload` may be `out + headerSize`.
struct ProtectRtp {
  uint8_t* out;
  size_t headerSize;
  const uint8_t* payload;
  size_t payloadSize;
  size_t padding;
  uint64_t index;  // 48 bits: rollover counter and sequence number
};

// Cryptography of one direction of an SRTP session. Contexts are made once; nothing is allocated per packet.
class SrtpTransform {
 public:
  // Bytes an SRTP or SRTCP packet may be longer than the plain one (tag, and for SRTCP the index).
  static constexpr size_t kMaxOverhead = 20;
  static constexpr size_t kMaxPadding = 255;

  // Null when OpenSSL fails.
  static std::unique_ptr<SrtpTransform> create(SrtpProfile profile, const SrtpMasterKey& master, bool encrypt);
  static std::unique_ptr<SrtpTransform> create(SrtpProfile profile, const SrtpSessionKeys& rtp, const SrtpSessionKeys& rtcp,
                                               bool encrypt);
  virtual ~SrtpTransform() = default;

  virtual size_t tagBytes() const = 0;
  // Size of the protected packet; 0 when OpenSSL fails.
  virtual size_t protectRtp(const ProtectRtp& packet) = 0;
  // Decrypts in place; `size` shrinks by the tag. False when authentication fails.
  virtual bool unprotectRtp(uint8_t* packet, size_t headerSize, size_t& size, uint64_t index) = 0;
  // `packet` needs `kMaxOverhead` bytes of room behind it. Size of the protected packet; 0 when OpenSSL fails.
  virtual size_t protectRtcp(uint8_t* packet, size_t size, uint32_t index) = 0;
  // Decrypts in place; `size` shrinks by tag and index. False when authentication fails.
  virtual bool unprotectRtcp(uint8_t* packet, size_t& size, uint32_t& index) = 0;
};

// The first 8 bytes of RTCP stay in the clear (RFC 3711 section 3.4).
constexpr size_t kRtcpClearBytes = 8;
constexpr uint32_t kSrtcpEncrypted = 0x80000000u;

// Writes `count` bytes of RTP padding: zeros, then the count.
inline void writePadding(uint8_t* out, size_t count) {
  if (count == 0) return;
  std::memset(out, 0, count - 1);
  out[count - 1] = static_cast<uint8_t>(count);
}

}  // namespace sameroom

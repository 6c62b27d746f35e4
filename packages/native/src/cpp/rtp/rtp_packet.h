#pragma once
#include <cstddef>
#include <cstdint>

#include "rtp/extensions.h"

namespace sameroom {

constexpr size_t kRtpFixedHeader = 12;
constexpr uint16_t kOneByteProfile = 0xbede;      // RFC 8285 section 4.2
constexpr uint16_t kTwoByteProfile = 0x1000;      // RFC 8285 section 4.3, low 4 bits are the application's
constexpr uint16_t kTwoByteProfileMask = 0xfff0;

// The header of an RTP packet (RFC 3550 section 5.1). Sizes in bytes.
struct RtpHeader {
  bool marker;
  bool hasPadding;
  uint8_t payloadType;
  uint16_t sequenceNumber;
  uint32_t timestamp;
  uint32_t ssrc;
  uint16_t extensionProfile;
  size_t extensionOffset;
  size_t extensionSize;
  size_t size;  // fixed header, CSRCs and extension block
};

// False for anything that is not a whole RTP header.
bool parseRtpHeader(const uint8_t* packet, size_t size, RtpHeader& header);

// Payload size of a decrypted packet without its padding; false when the padding count is impossible.
bool rtpPayloadSize(const uint8_t* packet, size_t size, const RtpHeader& header, size_t& payloadSize);

// True for datagrams in RTP's range whose second byte says RTCP (RFC 5761 section 4).
inline bool isRtcp(const uint8_t* packet, size_t size) { return size >= 8 && packet[1] >= 192 && packet[1] <= 223; }

}  // namespace sameroom

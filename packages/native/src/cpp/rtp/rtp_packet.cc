#include "rtp/rtp_packet.h"

#include "bytes.h"

namespace sameroom {

bool parseRtpHeader(const uint8_t* packet, size_t size, RtpHeader& header) {
  if (size < kRtpFixedHeader || (packet[0] >> 6) != 2) return false;
  header.hasPadding = (packet[0] & 0x20) != 0;
  header.marker = (packet[1] & 0x80) != 0;
  header.payloadType = packet[1] & 0x7f;
  header.sequenceNumber = readU16(packet + 2);
  header.timestamp = readU32(packet + 4);
  header.ssrc = readU32(packet + 8);
  header.extensionProfile = 0;
  header.extensionOffset = 0;
  header.extensionSize = 0;
  size_t at = kRtpFixedHeader + 4u * (packet[0] & 15);
  if (at > size) return false;
  if ((packet[0] & 0x10) != 0) {
    if (at + 4 > size) return false;
    header.extensionProfile = readU16(packet + at);
    header.extensionSize = 4u * readU16(packet + at + 2);
    header.extensionOffset = at + 4;
    at = header.extensionOffset + header.extensionSize;
    if (at > size) return false;
  }
  header.size = at;
  return true;
}

bool rtpPayloadSize(const uint8_t* packet, size_t size, const RtpHeader& header, size_t& payloadSize) {
  if (header.size > size) return false;
  payloadSize = size - header.size;
  if (!header.hasPadding) return true;
  if (payloadSize == 0) return false;
  const size_t padding = packet[size - 1];
  if (padding == 0 || padding > payloadSize) return false;
  payloadSize -= padding;
  return true;
}

}  // namespace sameroom

#include "rtp/rtp_writer.h"

#include "bytes.h"
#include "rtp/rtp_packet.h"

namespace sameroom {

RtpWriter::RtpWriter(const ExtensionIds& ids, const std::string& mid) : ids_(ids), mid_(mid) {
  own_ = 0;
  if (!mid.empty()) own_ |= extensionBit(Extension::kMid);
  own_ = static_cast<uint16_t>(
      (own_ | extensionBit(Extension::kAbsSendTime) | extensionBit(Extension::kTransportCc)) & ids.mask());
  copied_ = kCopiedExtensions & ids.mask();
}

size_t RtpWriter::sizeOf(Extension kind, const PacketExtensions& incoming) const {
  switch (kind) {
    case Extension::kMid:
      return mid_.size();
    case Extension::kAbsSendTime:
      return 3;
    case Extension::kTransportCc:
      return 2;
    default:
      return incoming[kind].size;
  }
}

RtpWriter::Layout RtpWriter::layout(const PacketExtensions& incoming) const {
  Layout out{static_cast<uint16_t>(own_ | (copied_ & incoming.present)), 0, false};
  size_t content = 0;
  size_t count = 0;
  for (unsigned kinds = out.kinds; kinds != 0; kinds &= kinds - 1) {
    const auto kind = static_cast<Extension>(__builtin_ctz(kinds));
    const size_t size = sizeOf(kind, incoming);
    // The one-byte form carries ids 1 to 14 and 1 to 16 bytes (RFC 8285 section 4.2).
    if (ids_[kind] > 14 || size == 0 || size > 16) out.twoByte = true;
    content += size;
    ++count;
  }
  if (count > 0) out.blockBytes = (content + count * (out.twoByte ? 2 : 1) + 3) & ~size_t{3};
  return out;
}

size_t RtpWriter::measure(const PacketExtensions& incoming) const {
  const size_t block = layout(incoming).blockBytes;
  return kRtpFixedHeader + (block > 0 ? 4 + block : 0);
}

size_t RtpWriter::write(uint8_t* out, const OutgoingHeader& header, const PacketExtensions& incoming,
                        const uint8_t* packet) const {
  const Layout plan = layout(incoming);
  out[0] = static_cast<uint8_t>(0x80 | (header.padded ? 0x20 : 0) | (plan.blockBytes > 0 ? 0x10 : 0));
  out[1] = static_cast<uint8_t>((header.marker ? 0x80 : 0) | header.payloadType);
  writeU16(out + 2, header.sequenceNumber);
  writeU32(out + 4, header.timestamp);
  writeU32(out + 8, header.ssrc);
  if (plan.blockBytes == 0) return kRtpFixedHeader;
  writeU16(out + 12, plan.twoByte ? kTwoByteProfile : kOneByteProfile);
  writeU16(out + 14, static_cast<uint16_t>(plan.blockBytes / 4));
  uint8_t* at = out + 16;
  uint8_t* const end = at + plan.blockBytes;
  for (unsigned kinds = plan.kinds; kinds != 0; kinds &= kinds - 1) {
    const auto kind = static_cast<Extension>(__builtin_ctz(kinds));
    const size_t size = sizeOf(kind, incoming);
    if (plan.twoByte) {
      *at++ = ids_[kind];
      *at++ = static_cast<uint8_t>(size);
    } else {
      *at++ = static_cast<uint8_t>((ids_[kind] << 4) | (size - 1));
    }
    if (kind == Extension::kMid) std::memcpy(at, mid_.data(), size);
    else if (kind == Extension::kAbsSendTime) writeU24(at, header.absSendTime);
    else if (kind == Extension::kTransportCc) writeU16(at, header.transportSequence);
    else std::memcpy(at, packet + incoming[kind].offset, size);
    // The frame number follows the first byte (AV1 RTP specification, appendix A.8.2).
    if (kind == Extension::kDependencyDescriptor && header.frameNumberOffset != 0 && size >= 3) {
      writeU16(at + 1, static_cast<uint16_t>(readU16(at + 1) + header.frameNumberOffset));
    }
    at += size;
  }
  std::memset(at, 0, static_cast<size_t>(end - at));
  return 16 + plan.blockBytes;
}

}  // namespace sameroom

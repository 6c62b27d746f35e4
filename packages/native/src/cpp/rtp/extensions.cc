#include "rtp/extensions.h"

#include "rtp/rtp_packet.h"

namespace sameroom {

uint16_t ExtensionIds::mask() const {
  uint16_t out = 0;
  for (size_t i = 0; i < kExtensionKinds; ++i) {
    if (id[i] != 0) out = static_cast<uint16_t>(out | (1u << i));
  }
  return out;
}

ExtensionTable::ExtensionTable(const ExtensionIds& ids) : ExtensionTable() {
  for (size_t i = 0; i < kExtensionKinds; ++i) {
    if (ids.id[i] != 0) kindOf_[ids.id[i]] = static_cast<uint8_t>(i);
  }
}

PacketExtensions findExtensions(const uint8_t* packet, size_t offset, size_t size, uint16_t profile,
                                const ExtensionTable& table) {
  PacketExtensions out;
  const bool oneByte = profile == kOneByteProfile;
  const bool twoByte = (profile & kTwoByteProfileMask) == kTwoByteProfile;
  if (!oneByte && !twoByte) return out;
  const size_t end = offset + size;
  size_t at = offset;
  while (at < end) {
    if (packet[at] == 0) {  // padding
      ++at;
      continue;
    }
    uint8_t id;
    size_t length;
    if (oneByte) {
      id = packet[at] >> 4;
      length = static_cast<size_t>(packet[at] & 15) + 1;
      at += 1;
      if (id == 15) break;
    } else {
      if (at + 2 > end) break;
      id = packet[at];
      length = packet[at + 1];
      at += 2;
    }
    if (at + length > end) break;
    const uint8_t kind = table.kindOf(id);
    if (kind != ExtensionTable::kUnknown && (out.present & (1u << kind)) == 0) {
      out.present = static_cast<uint16_t>(out.present | (1u << kind));
      out.spans[kind] = {static_cast<uint16_t>(at), static_cast<uint8_t>(length)};
    }
    at += length;
  }
  return out;
}

}  // namespace sameroom

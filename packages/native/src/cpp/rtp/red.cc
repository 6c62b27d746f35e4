#include "rtp/red.h"

#include <cstring>

#include "bytes.h"

namespace sameroom {

bool parseRed(const uint8_t* payload, size_t size, RedPayload& out) {
  size_t at = 0;
  out.count = 0;
  // Headers first; the last one has no more than a payload type (RFC 2198 section 3).
  for (bool more = true; more;) {
    if (at >= size || out.count == RedPayload::kMaxBlocks) return false;
    more = (payload[at] & 0x80) != 0;
    RedBlock& block = out.blocks[out.count++];
    block.payloadType = payload[at] & 0x7f;
    block.timestampOffset = 0;
    block.size = 0;
    if (!more) {
      at += kRedPrimaryHeader;
      break;
    }
    if (at + kRedHeader > size) return false;
    const uint32_t word = readU24(payload + at + 1);
    block.timestampOffset = static_cast<uint16_t>(word >> 10);
    block.size = word & kRedMaxBlock;
    at += kRedHeader;
  }
  for (size_t i = 0; i + 1 < out.count; ++i) {
    if (out.blocks[i].size > size - at) return false;
    out.blocks[i].data = payload + at;
    at += out.blocks[i].size;
  }
  out.blocks[out.count - 1].data = payload + at;
  out.blocks[out.count - 1].size = size - at;
  return true;
}

size_t writeRed(uint8_t* out, const RedBlock* redundant, const uint8_t* primary, size_t primarySize) {
  uint8_t* at = out;
  if (redundant != nullptr) {
    at[0] = 0x80;
    writeU24(at + 1, (static_cast<uint32_t>(redundant->timestampOffset) << 10) | static_cast<uint32_t>(redundant->size));
    at += kRedHeader;
  }
  *at++ = 0;
  if (redundant != nullptr) {
    std::memcpy(at, redundant->data, redundant->size);
    at += redundant->size;
  }
  std::memcpy(at, primary, primarySize);
  return static_cast<size_t>(at - out) + primarySize;
}

void setRedPayloadType(uint8_t* payload, uint8_t payloadType, bool hasRedundant) {
  payload[0] = static_cast<uint8_t>((hasRedundant ? 0x80 : 0) | payloadType);
  if (hasRedundant) payload[kRedHeader] = payloadType;
}

}  // namespace sameroom

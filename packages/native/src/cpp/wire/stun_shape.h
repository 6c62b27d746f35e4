#pragma once
#include <cstddef>
#include <cstdint>

#include "bytes.h"

namespace sameroom {

// Whether this can be a STUN message (RFC 8489 section 5): its first bits, its cookie, its length.
inline bool hasStunShape(const uint8_t* data, size_t size) {
  constexpr uint32_t kMagicCookie = 0x2112a442;
  constexpr size_t kHeader = 20;
  return size >= kHeader && data[0] < 4 && readU32(data + 4) == kMagicCookie && kHeader + readU16(data + 2) == size;
}

}  // namespace sameroom

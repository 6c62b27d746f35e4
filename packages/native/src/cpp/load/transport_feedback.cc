#include "load/transport_feedback.h"

#include <algorithm>

#include "bytes.h"
#include "srtp/srtp_session.h"

namespace sameroom {
namespace {

constexpr uint8_t kTransportFeedback = 205, kFormat = 15;
constexpr uint64_t kMicrosPerTick = 250, kTicksPerReference = 256;
constexpr size_t kHeaderBytes = 20, kSymbolsPerChunk = 7;
constexpr uint16_t kVectorOfTwoBits = 0xc000;
constexpr uint16_t kNotReceived = 0, kSmallDelta = 1, kLargeDelta = 2;

}  // namespace

void TransportFeedback::add(uint16_t sequenceNumber, uint64_t micros) {
  const uint64_t index = started_ ? nearestIndex(highest_, sequenceNumber) : uint64_t{sequenceNumber} + 0x10000;
  if (!started_) next_ = highest_ = index;
  started_ = true;
  if (index > highest_) {
    // The places of what is missing hold what was there a window ago.
    for (uint64_t missing = std::max(highest_ + 1, index - std::min<uint64_t>(index, kWindow)); missing < index; ++missing) {
      arrival(missing) = kNone;
    }
    highest_ = index;
  } else if (highest_ - index >= kWindow) {
    return;
  }
  arrival(index) = micros / kMicrosPerTick;
  // What comes late is told about once more, with all after it.
  next_ = std::min(next_, index);
  if (highest_ - next_ >= kWindow) next_ = highest_ - kWindow + 1;
}

size_t TransportFeedback::write(uint32_t senderSsrc, uint32_t mediaSsrc, uint8_t* out) {
  if (!started_ || next_ > highest_) return 0;
  const uint64_t base = next_;
  const uint64_t end = std::min(highest_ + 1, base + kMaxSpan);
  uint64_t first = base;
  while (first < end && arrival(first) == kNone) ++first;
  const uint64_t reference = first < end ? arrival(first) / kTicksPerReference : 0;
  uint64_t last = reference * kTicksPerReference;

  const size_t count = end - base;
  const size_t chunks = (count + kSymbolsPerChunk - 1) / kSymbolsPerChunk;
  uint8_t* chunk = out + kHeaderBytes;
  uint8_t* delta = chunk + 2 * chunks;
  for (uint64_t index = base; index < end; chunk += 2) {
    uint16_t word = kVectorOfTwoBits;
    for (size_t place = 0; place < kSymbolsPerChunk && index < end; ++place, ++index) {
      const uint64_t at = arrival(index);
      uint16_t symbol = kNotReceived;
      if (at != kNone) {
        const auto ticks = static_cast<int64_t>(at - last);
        last = at;
        symbol = ticks >= 0 && ticks <= 255 ? kSmallDelta : kLargeDelta;
        if (symbol == kSmallDelta) {
          *delta++ = static_cast<uint8_t>(ticks);
        } else {
          writeU16(delta, static_cast<uint16_t>(std::clamp<int64_t>(ticks, INT16_MIN, INT16_MAX)));
          delta += 2;
        }
      }
      word = static_cast<uint16_t>(word | (symbol << (12 - 2 * place)));
    }
    writeU16(chunk, word);
  }
  while ((delta - out) % 4 != 0) *delta++ = 0;
  out[0] = 0x80 | kFormat;
  out[1] = kTransportFeedback;
  writeU16(out + 2, static_cast<uint16_t>((delta - out) / 4 - 1));
  writeU32(out + 4, senderSsrc);
  writeU32(out + 8, mediaSsrc);
  writeU16(out + 12, static_cast<uint16_t>(base));
  writeU16(out + 14, static_cast<uint16_t>(count));
  writeU24(out + 16, static_cast<uint32_t>(reference & 0xffffff));
  out[19] = count_++;
  next_ = end;
  return static_cast<size_t>(delta - out);
}

}  // namespace sameroom

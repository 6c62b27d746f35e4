#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rtp/extensions.h"
#include "rtp/frame_info.h"

namespace sameroom {

// A decrypted RTP packet of a source, kept for forwarding and retransmission.
struct CachedPacket {
  static constexpr uint64_t kEmpty = ~uint64_t{0};

  uint64_t index = kEmpty;  // extended sequence number of the source
  uint64_t arrivalMicros = 0;
  uint32_t timestamp = 0;
  uint16_t payloadOffset = 0;
  uint16_t payloadSize = 0;
  bool marker = false;
  bool keyframe = false;
  bool pending = false;  // received, not yet forwarded
  FrameInfo frame;
  PacketExtensions extensions;
  // The payload as RED (RFC 2198), without payload types; made when an output wants it.
  enum class Red : uint8_t { kNone, kPrimaryOnly, kWithPrevious };
  Red red = Red::kNone;
  uint16_t redSize = 0;
  const uint8_t* redPayload = nullptr;
  uint8_t* data = nullptr;

  const uint8_t* payload() const { return data + payloadOffset; }
};

// The last packets of one source, in a ring indexed by extended sequence number.
class PacketCache {
 public:
  static constexpr size_t kPacketBytes = 1500;

  // `capacity` is a power of two.
  explicit PacketCache(size_t capacity);

  size_t capacity() const { return slots_.size(); }
  CachedPacket& slot(uint64_t index) { return slots_[index & (slots_.size() - 1)]; }
  CachedPacket* find(uint64_t index) {
    CachedPacket& candidate = slot(index);
    return candidate.index == index ? &candidate : nullptr;
  }

 private:
  std::vector<CachedPacket> slots_;
  // Pages are touched, hence paid for, only as packets come.
  std::unique_ptr<uint8_t[]> bytes_;
};

}  // namespace sameroom

#pragma once
#include <cstdint>
#include <optional>

#include "forward/source.h"

namespace sameroom {

struct AttachRule {
  uint8_t payloadType = 0;
  std::optional<uint8_t> rtxPayloadType;
  bool waitForKeyframe = true;
  uint8_t maxTemporalLayer = kAllTemporalLayers;
  std::optional<uint8_t> redPayloadType;  // Opus only
  bool startFromPast = false;
};

// Packets from before an output showed their source: their timestamps are drawn together towards the newest one's, so that
// who gets them all at once shows the newest and is not behind.
struct Press {
  // Pictures a millisecond apart stay apart; four seconds become a sixteenth of one.
  static constexpr uint32_t kFactor = 64;

  uint64_t end = 0;  // the first source index that is not pressed
  uint32_t newest = 0;  // timestamp
  uint64_t leftMicros = 0;  // when the last of them has left

  uint32_t operator()(uint64_t index, uint32_t timestamp) const {
    const auto before = static_cast<int32_t>(newest - timestamp);
    if (index >= end || before <= 0) return timestamp;
    return newest - (static_cast<uint32_t>(before) + kFactor - 1) / kFactor;
  }
};

// How the packets of a stretch differ from the source's.
struct Changes {
  uint32_t timestampOffset = 0;  // of what is not pressed
  Press press;
  uint16_t pictureIdOffset = 0;
  uint16_t frameNumberOffset = 0;
  uint8_t tl0Offset = 0;
  uint8_t temporalLimit = kAllTemporalLayers;  // layers above are left out
  AttachRule rule;

  uint16_t pictureIdOf(const FrameInfo& frame) const {
    return static_cast<uint16_t>((frame.pictureId + pictureIdOffset) & (frame.longPictureId ? 0x7fff : 0x7f));
  }
  uint8_t tl0Of(const FrameInfo& frame) const { return static_cast<uint8_t>(frame.tl0 + tl0Offset); }
  uint16_t frameNumberOf(const FrameInfo& frame) const {
    return static_cast<uint16_t>(frame.frameNumber + frameNumberOffset);
  }
  bool exclude(const CachedPacket& packet) const { return packet.frame.temporalLayer > temporalLimit; }
};

// A stretch of an output whose packets come from one source and differ from its packets in the same way. It never
// changes once a packet of it was placed, so that a packet sent again is the same again.
struct Segment {
  uint32_t source = 0;
  uint64_t firstSourceIndex = 0;
  uint64_t firstOutputIndex = 0;
  Changes changes;

  uint64_t outputIndexOf(uint64_t sourceIndex) const { return firstOutputIndex + (sourceIndex - firstSourceIndex); }
  uint64_t sourceIndexOf(uint64_t outputIndex) const { return firstSourceIndex + (outputIndex - firstOutputIndex); }
};

// A source's packet as one output sends it.
struct Outgoing {
  const CachedPacket* packet;
  uint64_t index;  // extended sequence number of the output
  const uint8_t* payload;
  uint16_t payloadSize;
  // Its frame is left out, but its number was given away before that was known: an empty packet fills the gap.
  bool blank;
  Changes changes;

  Outgoing(const Segment& segment, Source& source, CachedPacket& p, uint64_t i);
  bool marker() const { return packet->marker && !blank; }
  uint32_t timestamp() const { return changes.press(packet->index, packet->timestamp) + changes.timestampOffset; }
  // Since when it could be with the viewer, as far as we know.
  uint64_t dueMicros() const { return packet->index < changes.press.end ? changes.press.leftMicros : packet->arrivalMicros; }
  uint8_t payloadType() const { return changes.rule.redPayloadType.value_or(changes.rule.payloadType); }
  // Goes again by RTX, and not as the same bytes. RTX of RED is not negotiated.
  bool hasRtx() const { return changes.rule.rtxPayloadType && !changes.rule.redPayloadType; }
  const PacketExtensions& extensions() const {
    static const PacketExtensions none{};
    return blank ? none : packet->extensions;
  }
  bool changesPayload() const {
    return changes.pictureIdOffset != 0 || changes.tl0Offset != 0 || changes.rule.redPayloadType;
  }
  // The payload as the viewer gets it: the source's own bytes when nothing changes, else written to `scratch`.
  const uint8_t* payloadIn(uint8_t* scratch) const {
    if (!changesPayload()) return payload;
    copyPayload(scratch);
    return scratch;
  }
  void copyPayload(uint8_t* out) const;
};

}  // namespace sameroom

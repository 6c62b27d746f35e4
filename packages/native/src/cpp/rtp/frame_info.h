#pragma once
#include <cstddef>
#include <cstdint>

#include "rtp/keyframe.h"

namespace sameroom {

// No limit on temporal layers.
constexpr uint8_t kAllTemporalLayers = 7;

// What a packet says about the frame it belongs to: VP8 and VP9 in the payload descriptor, AV1 in the dependency
// descriptor.
struct FrameInfo {
  int8_t temporalLayer = -1;  // -1: not told
  bool start = false;         // certainly the first packet of its frame
  // Where more layers may begin, this frame included: `stepTo` for who gets the one below it, everything up to `freeTo`
  // for who gets at least `freeFrom`.
  uint8_t stepTo = 0;
  uint8_t freeFrom = kAllTemporalLayers + 1;
  uint8_t freeTo = 0;
  // Offsets into the payload; 0: not there.
  uint8_t pictureIdAt = 0;
  uint8_t tl0At = 0;
  bool longPictureId = false;
  bool hasFrameNumber = false;
  uint16_t pictureId = 0;
  uint16_t frameNumber = 0;  // of the dependency descriptor
  uint8_t tl0 = 0;           // TL0PICIDX

  // The highest layer that somebody who got those up to `limit` may get from this frame on.
  uint8_t raise(uint8_t limit) const {
    uint8_t out = limit;
    if (stepTo == limit + 1) out = stepTo;
    if (limit >= freeFrom && freeTo > out) out = freeTo;
    return out;
  }
};

// Reads the payload descriptor (RFC 7741 section 4.2, RFC 9628 section 4.2). What is cut short counts as not there.
FrameInfo readFrameInfo(Codec codec, const uint8_t* payload, size_t size, bool keyframe);

// Writes a picture id in the width it has at `at`; the first bit of a long one stays set.
void writePictureId(uint8_t* at, bool isLong, uint16_t value);

}  // namespace sameroom

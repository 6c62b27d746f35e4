#include "rtp/keyframe.h"

#include "bytes.h"

namespace sameroom {
namespace {

constexpr uint8_t kSps = 7, kStapA = 24, kFuA = 28;

// The SPS, not the IDR slice after it: a decoder that starts at the slice has no parameter sets.
bool isKeyNal(uint8_t header) { return (header & 0x1f) == kSps; }

// RFC 6184: single NAL unit, STAP-A (section 5.7.1), FU-A (section 5.8).
bool h264(const uint8_t* p, size_t size) {
  if (size < 1) return false;
  const uint8_t type = p[0] & 0x1f;
  if (type == kStapA) {
    for (size_t at = 1; at + 3 <= size;) {
      const size_t length = readU16(p + at);
      if (length == 0 || at + 2 + length > size) return false;
      if (isKeyNal(p[at + 2])) return true;
      at += 2 + length;
    }
    return false;
  }
  if (type == kFuA) return size >= 2 && (p[1] & 0x80) != 0 && isKeyNal(p[1]);
  return isKeyNal(p[0]);
}

// RFC 7741: payload descriptor (section 4.2), payload header (section 4.3).
bool vp8(const uint8_t* p, size_t size) {
  if (size < 1 || (p[0] & 0x10) == 0 || (p[0] & 0x07) != 0) return false;
  size_t at = 1;
  if ((p[0] & 0x80) != 0) {
    if (size < 2) return false;
    const uint8_t fields = p[1];
    at = 2;
    if ((fields & 0x80) != 0) {
      if (at >= size) return false;
      at += (p[at] & 0x80) != 0 ? 2 : 1;
    }
    if ((fields & 0x40) != 0) at += 1;
    if ((fields & 0x30) != 0) at += 1;
  }
  return at < size && (p[at] & 0x01) == 0;
}

// RFC 9628 section 4.2: not inter-predicted, start of a frame, lowest spatial layer.
bool vp9(const uint8_t* p, size_t size) {
  if (size < 1) return false;
  const bool pictureId = (p[0] & 0x80) != 0;
  const bool predicted = (p[0] & 0x40) != 0;
  const bool layers = (p[0] & 0x20) != 0;
  const bool start = (p[0] & 0x08) != 0;
  if (predicted || !start) return false;
  size_t at = 1;
  if (pictureId) {
    if (at >= size) return false;
    at += (p[at] & 0x80) != 0 ? 2 : 1;
  }
  if (layers) {
    if (at >= size) return false;
    return ((p[at] >> 1) & 7) == 0;
  }
  return at < size;
}

// AV1 RTP specification section 4.4: N marks the first packet of a coded video sequence.
bool av1(const uint8_t* p, size_t size) { return size >= 2 && (p[0] & 0x80) == 0 && (p[0] & 0x08) != 0; }

}  // namespace

bool startsKeyframe(Codec codec, const uint8_t* payload, size_t size) {
  switch (codec) {
    case Codec::kH264:
      return h264(payload, size);
    case Codec::kVp8:
      return vp8(payload, size);
    case Codec::kVp9:
      return vp9(payload, size);
    case Codec::kAv1:
      return av1(payload, size);
    default:
      return size > 0;
  }
}

}  // namespace sameroom

#include "rtp/frame_info.h"

#include <algorithm>

#include "bytes.h"

namespace sameroom {
namespace {

// A 7 or 15 bit picture id at `at`, which moves behind it.
bool readPictureId(const uint8_t* p, size_t size, size_t& at, FrameInfo& out) {
  if (at >= size) return false;
  const bool isLong = (p[at] & 0x80) != 0;
  if (isLong && at + 2 > size) return false;
  out.pictureIdAt = static_cast<uint8_t>(at);
  out.longPictureId = isLong;
  out.pictureId = isLong ? readU16(p + at) & 0x7fff : p[at];
  at += isLong ? 2 : 1;
  return true;
}

void readTl0(const uint8_t* p, size_t at, FrameInfo& out) {
  out.tl0At = static_cast<uint8_t>(at);
  out.tl0 = p[at];
}

void readVp8(const uint8_t* p, size_t size, FrameInfo& out) {
  if (size < 1) return;
  out.start = (p[0] & 0x10) != 0 && (p[0] & 0x07) == 0;
  if ((p[0] & 0x80) == 0 || size < 2) return;
  const uint8_t fields = p[1];
  size_t at = 2;
  if ((fields & 0x80) != 0 && !readPictureId(p, size, at, out)) return;
  if ((fields & 0x40) != 0) {
    if (at >= size) return;
    readTl0(p, at++, out);
  }
  if ((fields & 0x20) == 0 || at >= size) return;
  const auto layer = static_cast<uint8_t>(p[at] >> 6);
  out.temporalLayer = static_cast<int8_t>(layer);
  // Y: predicted from the base layer alone. Frames of the layers between need not be, so one layer at a time.
  if ((p[at] & 0x20) != 0) out.stepTo = layer;
}

void readVp9(const uint8_t* p, size_t size, FrameInfo& out) {
  if (size < 1) return;
  const bool layers = (p[0] & 0x20) != 0;
  const bool flexible = (p[0] & 0x10) != 0;
  out.start = (p[0] & 0x08) != 0 && !layers;
  size_t at = 1;
  if ((p[0] & 0x80) != 0 && !readPictureId(p, size, at, out)) return;
  if (!layers || at >= size) return;
  const uint8_t indices = p[at++];
  const auto layer = static_cast<uint8_t>(indices >> 5);
  out.temporalLayer = static_cast<int8_t>(layer);
  out.start = (p[0] & 0x08) != 0 && ((indices >> 1) & 7) == 0;
  // U: what follows in higher layers needs nothing of them from before. Encoders set it on frames of the higher layer
  // themselves when those need lower layers only.
  if ((indices & 0x10) != 0) {
    out.stepTo = layer;
    out.freeFrom = layer;
    out.freeTo = kAllTemporalLayers;
  }
  if (!flexible && at < size) readTl0(p, at, out);
}

}  // namespace

FrameInfo readFrameInfo(Codec codec, const uint8_t* payload, size_t size, bool keyframe) {
  FrameInfo out;
  if (codec == Codec::kVp8) readVp8(payload, size, out);
  if (codec == Codec::kVp9) readVp9(payload, size, out);
  if (keyframe) {
    out.start = true;
    out.freeFrom = 0;
    out.freeTo = kAllTemporalLayers;
  }
  return out;
}

void writePictureId(uint8_t* at, bool isLong, uint16_t value) {
  if (isLong) writeU16(at, static_cast<uint16_t>(0x8000 | value));
  else at[0] = value & 0x7f;
}

}  // namespace sameroom

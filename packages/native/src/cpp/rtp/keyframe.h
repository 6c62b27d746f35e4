#pragma once
#include <cstddef>
#include <cstdint>

namespace sameroom {

// Same order as `WireCodec` in types.ts.
enum class Codec : uint8_t { kOpus, kH264, kVp8, kVp9, kAv1, kOther };

// True when this RTP payload is the first of a keyframe a decoder can start on. Of codecs without keyframes (audio)
// every packet is one; of `kOther` video nothing is known, so every packet is one as well.
bool startsKeyframe(Codec codec, const uint8_t* payload, size_t size);

}  // namespace sameroom

#include "forward/segment.h"

#include <cstring>

namespace sameroom {

void Outgoing::copyPayload(uint8_t* out) const {
  std::memcpy(out, payload, payloadSize);
  if (blank) return;
  const FrameInfo& frame = packet->frame;
  if (frame.pictureIdAt != 0) writePictureId(out + frame.pictureIdAt, frame.longPictureId, changes.pictureIdOf(frame));
  if (frame.tl0At != 0) out[frame.tl0At] = changes.tl0Of(frame);
}

}  // namespace sameroom

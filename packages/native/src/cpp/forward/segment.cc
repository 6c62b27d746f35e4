#include "forward/segment.h"

#include <cstring>

#include "rtp/red.h"

namespace sameroom {

Outgoing::Outgoing(const Segment& segment, Source& source, CachedPacket& p, uint64_t i)
    : packet(&p),
      index(i),
      payload(p.payload()),
      payloadSize(p.payloadSize),
      blank(segment.changes.exclude(p)),
      changes(segment.changes) {
  if (changes.rule.redPayloadType) {
    source.makeRed(p);
    payload = p.redPayload;
    payloadSize = p.redSize;
  }
  if (blank) payloadSize = 0;
}

void Outgoing::copyPayload(uint8_t* out) const {
  std::memcpy(out, payload, payloadSize);
  if (blank) return;
  if (changes.rule.redPayloadType) {
    return setRedPayloadType(out, changes.rule.payloadType, packet->red == CachedPacket::Red::kWithPrevious);
  }
  const FrameInfo& frame = packet->frame;
  if (frame.pictureIdAt != 0) writePictureId(out + frame.pictureIdAt, frame.longPictureId, changes.pictureIdOf(frame));
  if (frame.tl0At != 0) out[frame.tl0At] = changes.tl0Of(frame);
}

}  // namespace sameroom

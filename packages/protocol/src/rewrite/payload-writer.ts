import { serializeRed } from "../rtp/red.ts";
import type { SourcePacket } from "./rewrite-source.ts";
import { pictureIdOf, type Segment, tl0Of } from "./segment-list.ts";

/** The payload as a viewer gets it: ids shifted, or as RED. The source's own bytes when nothing changes. */
export function rewritePayload(segment: Segment, packet: SourcePacket): Uint8Array {
  const { payloadType, redPayloadType } = segment.rule;
  if (redPayloadType !== undefined) return serializeRed(segment.source.redBlocks(packet, payloadType));
  if (segment.pictureIdOffset === 0 && segment.tl0Offset === 0) return packet.payload;
  const payload = packet.payload.slice();
  const { pictureId, tl0 } = packet.frame;
  if (pictureId !== undefined) {
    const value = pictureIdOf(segment, packet.frame)!;
    if (pictureId.isLong) payload.set([0x80 | (value >> 8), value & 0xff], pictureId.offset);
    else payload[pictureId.offset] = value;
  }
  if (tl0 !== undefined) payload[tl0.offset] = tl0Of(segment, packet.frame)!;
  return payload;
}

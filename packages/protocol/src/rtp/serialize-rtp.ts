import { serializeExtensionBlock } from "./extension-block.ts";
import type { RtpPacketInit } from "./types.ts";

/** The packet's bytes; extensions in the one-byte form when they fit it. Throws `RangeError` on values that do not fit. */
export function serializeRtp(packet: RtpPacketInit): Uint8Array {
  const { csrcs = [], extensions = [], payload, paddingLength = 0 } = packet;
  if (csrcs.length > 15) throw new RangeError("at most 15 CSRCs");
  if (packet.payloadType < 0 || packet.payloadType > 127) throw new RangeError("a payload type is 0..127");
  if (paddingLength < 0 || paddingLength > 255) throw new RangeError("padding is 0..255 bytes");
  const block = serializeExtensionBlock(extensions);
  const payloadOffset = 12 + csrcs.length * 4 + block.length;
  const bytes = new Uint8Array(payloadOffset + payload.length + paddingLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80 | (paddingLength > 0 ? 0x20 : 0) | (block.length > 0 ? 0x10 : 0) | csrcs.length;
  bytes[1] = (packet.marker === true ? 0x80 : 0) | packet.payloadType;
  view.setUint16(2, packet.sequenceNumber);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  for (const [index, csrc] of csrcs.entries()) view.setUint32(12 + index * 4, csrc);
  bytes.set(block, 12 + csrcs.length * 4);
  bytes.set(payload, payloadOffset);
  if (paddingLength > 0) bytes[bytes.length - 1] = paddingLength;
  return bytes;
}

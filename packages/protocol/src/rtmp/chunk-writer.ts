import { ByteWriter } from "../bytes/byte-writer.ts";
import type { RtmpMessage } from "./message-type.ts";

const EXTENDED = 0xff_ffff;

/** A message in chunks of at most `chunkSize` bytes of payload. `chunkStreamId`: 2 to 63 (RTMP 1.0 section 5.3). */
export function serializeChunks(message: RtmpMessage, chunkStreamId: number, chunkSize: number): Uint8Array {
  const { type, streamId, timestamp, payload } = message;
  const isExtended = timestamp >= EXTENDED;
  const writer = new ByteWriter(payload.length + 32);
  writer.uint8(chunkStreamId).uint24(isExtended ? EXTENDED : timestamp);
  writer.uint24(payload.length).uint8(type);
  for (const shift of [0, 8, 16, 24]) writer.uint8(streamId >>> shift);
  if (isExtended) writer.uint32(timestamp);
  writer.bytes(payload.subarray(0, chunkSize));
  for (let at = chunkSize; at < payload.length; at += chunkSize) {
    writer.uint8(0xc0 | chunkStreamId);
    if (isExtended) writer.uint32(timestamp);
    writer.bytes(payload.subarray(at, at + chunkSize));
  }
  return writer.finish();
}

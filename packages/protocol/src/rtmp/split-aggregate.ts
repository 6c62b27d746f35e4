import { MESSAGE_TYPE, type RtmpMessage } from "./message-type.ts";

/** FLV tag header and the length behind the tag. */
const HEADER_BYTES = 11;
const TRAILER_BYTES = 4;

/**
 * The messages in an aggregate message (RTMP 1.0 section 7.1.6): their timestamps are moved so that the first has the
 * aggregate's. What is cut short is left out. Never throws.
 */
export function splitAggregate({ payload, timestamp, streamId }: RtmpMessage): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  let shift: number | undefined;
  for (let at = 0; at + HEADER_BYTES <= payload.length; ) {
    const length = uint24(payload, at + 1);
    const time = (uint24(payload, at + 4) | (payload[at + 7]! << 24)) >>> 0;
    const start = at + HEADER_BYTES;
    if (start + length > payload.length) break;
    shift ??= timestamp - time;
    const type = payload[at]!;
    if (type === MESSAGE_TYPE.audio || type === MESSAGE_TYPE.video || type === MESSAGE_TYPE.dataAmf0) {
      const inner = payload.subarray(start, start + length);
      messages.push({ type, streamId, timestamp: (time + shift) >>> 0, payload: inner });
    }
    at = start + length + TRAILER_BYTES;
  }
  return messages;
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

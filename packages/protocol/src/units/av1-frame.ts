import { av1Format } from "./av1-format.ts";
import { leb128Bytes, readLeb128, writeLeb128 } from "./leb128.ts";
import type { VideoFrame } from "./video-frame.ts";

/** OBU types (AV1 specification section 6.2.2). */
const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const FRAME_HEADER = 3;
const FRAME = 6;
const PADDING = 15;

const HAS_EXTENSION = 4;
const HAS_SIZE = 2;
/** A temporal unit has headers and tile groups; more than this is none. */
export const MOST_OBUS = 1024;

/**
 * A temporal unit of the OBUs given, one each, with or without sizes: they come out with sizes, without temporal delimiters and padding.
 * Undefined when one is damaged or there is no picture among them. Never throws.
 */
export function assembleAv1(pieces: readonly Uint8Array[]): VideoFrame | undefined {
  const obus: Obu[] = [];
  for (const piece of pieces) {
    const obu = parseObu(piece);
    if (obu === undefined) return undefined;
    if (obu.type !== TEMPORAL_DELIMITER && obu.type !== PADDING) obus.push(obu);
  }
  const first = obus.find(({ type }) => type === FRAME || type === FRAME_HEADER);
  if (first === undefined) return undefined;
  const sequence = obus.find(({ type }) => type === SEQUENCE_HEADER);
  // A key frame that is shown: not an existing one, type 0, `show_frame` (AV1 specification section 5.9.2).
  const keyframe = sequence !== undefined && ((first.payload[0] ?? 0xff) & 0xf0) === 0x10;
  const format = keyframe ? av1Format(withSizes([sequence])) : undefined;
  return { keyframe, data: withSizes(obus), format };
}

/** A temporal unit in the low-overhead format (AV1 specification section 5.2), as WebM and MP4 have it. Like {@link assembleAv1}. */
export function readAv1Frame(bytes: Uint8Array): VideoFrame | undefined {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const obu = parseObu(bytes.subarray(at));
    if (obu === undefined || pieces.length >= MOST_OBUS) return undefined;
    pieces.push(bytes.subarray(at, at + obu.length));
    at += obu.length;
  }
  return assembleAv1(pieces);
}

interface Obu {
  type: number;
  /** One byte or, with the extension, two; without the flag of a size. */
  header: Uint8Array;
  payload: Uint8Array;
  /** With header and size. */
  length: number;
}

/** The OBU at the start of `bytes`; without a size it is all of them. */
function parseObu(bytes: Uint8Array): Obu | undefined {
  const first = bytes[0];
  if (first === undefined || (first & 0x80) !== 0) return undefined;
  const headerBytes = (first & HAS_EXTENSION) !== 0 ? 2 : 1;
  if (bytes.length < headerBytes) return undefined;
  let payload = bytes.subarray(headerBytes);
  let { length } = bytes;
  if ((first & HAS_SIZE) !== 0) {
    const size = readLeb128(bytes, headerBytes);
    if (size === undefined || size.end + size.value > bytes.length) return undefined;
    length = size.end + size.value;
    payload = bytes.subarray(size.end, length);
  }
  return { type: (first >> 3) & 15, header: bytes.subarray(0, headerBytes), payload, length };
}

function withSizes(obus: readonly Obu[]): Uint8Array {
  let size = 0;
  for (const { header, payload } of obus)
    size += header.length + leb128Bytes(payload.length) + payload.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { header, payload } of obus) {
    bytes.set(header, at);
    bytes[at]! |= HAS_SIZE;
    at = writeLeb128(bytes, at + header.length, payload.length);
    bytes.set(payload, at);
    at += payload.length;
  }
  return bytes;
}

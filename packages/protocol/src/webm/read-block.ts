import { readVint } from "./read-element.ts";

/** A `SimpleBlock` or `Block` (RFC 9559 section 10). */
export interface Block {
  track: number;
  /** Against the cluster's, in ticks of the segment. */
  timestamp: number;
  /** At least one; views. */
  frames: Uint8Array[];
}

const XIPH = 1;
const FIXED = 2;
const EBML = 3;

/** Undefined when malformed. Never throws. */
export function readBlock(payload: Uint8Array): Block | undefined {
  const track = readVint(payload, 0);
  if (track === "short" || track?.value === undefined) return undefined;
  const at = track.bytes;
  if (at + 3 >= payload.length) return undefined;
  const timestamp = (((payload[at]! << 8) | payload[at + 1]!) << 16) >> 16;
  const lacing = (payload[at + 2]! >> 1) & 3;
  const body = payload.subarray(at + 3);
  const frames = lacing === 0 ? [body] : readLace(body, lacing);
  return frames && { track: track.value, timestamp, frames };
}

function readLace(body: Uint8Array, lacing: number): Uint8Array[] | undefined {
  const count = body[0]! + 1;
  const rest = body.subarray(1);
  if (lacing === FIXED) {
    const size = rest.length / count;
    if (!Number.isInteger(size) || size === 0) return undefined;
    return Array.from({ length: count }, (_, index) => rest.subarray(index * size, (index + 1) * size));
  }
  const sizes =
    lacing === XIPH ? xiphSizes(rest, count) : lacing === EBML ? ebmlSizes(rest, count) : undefined;
  if (sizes === undefined) return undefined;
  const frames: Uint8Array[] = [];
  let { at } = sizes;
  for (const size of sizes.sizes) {
    if (size <= 0 || at + size >= rest.length) return undefined;
    frames.push(rest.subarray(at, at + size));
    at += size;
  }
  frames.push(rest.subarray(at));
  return frames;
}

interface Sizes {
  /** Of all but the last frame. */
  sizes: number[];
  at: number;
}

function xiphSizes(bytes: Uint8Array, count: number): Sizes | undefined {
  const sizes: number[] = [];
  let at = 0;
  while (sizes.length < count - 1) {
    let size = 0;
    for (let byte: number | undefined = 255; byte === 255; at += 1) {
      byte = bytes[at];
      if (byte === undefined) return undefined;
      size += byte;
    }
    sizes.push(size);
  }
  return { sizes, at };
}

/** The first as it is, the others as differences with an offset in the middle. */
function ebmlSizes(bytes: Uint8Array, count: number): Sizes | undefined {
  const sizes: number[] = [];
  let at = 0;
  let size = 0;
  while (sizes.length < count - 1) {
    const number = readVint(bytes, at);
    if (number === "short" || number?.value === undefined) return undefined;
    size = sizes.length === 0 ? number.value : size + number.value - (2 ** (7 * number.bytes - 1) - 1);
    at += number.bytes;
    sizes.push(size);
  }
  return { sizes, at };
}

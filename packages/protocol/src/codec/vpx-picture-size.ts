import { BitReader } from "../bytes/bit-reader.ts";
import { readFrameInfo } from "./frame-info.ts";
import { isKeyframeStart } from "./keyframe-start.ts";
import type { PictureSize } from "./types.ts";

/** Frame tag, start code and 14 bits each of width and height, little-endian (RFC 6386 section 9.1). */
export function vp8PictureSize(payload: Uint8Array): PictureSize | undefined {
  if (!isKeyframeStart("vp8", payload)) return undefined;
  const at = vp8DescriptorBytes(payload);
  if (at + 10 > payload.length) return undefined;
  if (payload[at + 3] !== 0x9d || payload[at + 4] !== 0x01 || payload[at + 5] !== 0x2a) return undefined;
  return {
    width: payload[at + 6]! | ((payload[at + 7]! & 0x3f) << 8),
    height: payload[at + 8]! | ((payload[at + 9]! & 0x3f) << 8),
  };
}

/** Length of the payload descriptor (RFC 7741 section 4.2), as far as it is told; the payload is not empty. */
export function vp8DescriptorBytes(payload: Uint8Array): number {
  if ((payload[0]! & 0x80) === 0) return 1;
  const fields = payload[1] ?? 0;
  let at = 2;
  if ((fields & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  if ((fields & 0x40) !== 0) at += 1;
  if ((fields & 0x30) !== 0) at += 1;
  return at;
}

const SRGB = 7;
const SYNC_CODE = 0x498342;

/** From the scalability structure (RFC 9628 section 4.2.1), else the frame's own header. */
export function vp9PictureSize(payload: Uint8Array): PictureSize | undefined {
  if (!isKeyframeStart("vp9", payload)) return undefined;
  const first = payload[0]!;
  const { pictureId } = readFrameInfo("vp9", payload, true);
  let at = 1;
  if (pictureId !== undefined) at += pictureId.isLong ? 2 : 1;
  // Layer indices, and TL0PICIDX in non-flexible mode. A keyframe has no reference indices.
  if ((first & 0x20) !== 0) at += (first & 0x10) !== 0 ? 1 : 2;
  if ((first & 0x02) === 0) return vp9HeaderSize(payload.subarray(at));
  const structure = new BitReader(payload.subarray(at));
  const layers = structure.bits(3) + 1;
  const hasSizes = structure.flag();
  const hasPictures = structure.flag();
  structure.advance(3);
  let largest: PictureSize | undefined;
  for (let layer = 0; hasSizes && layer < layers; layer += 1) {
    const size = { width: structure.bits(16), height: structure.bits(16) };
    if (!structure.isOver && size.width >= (largest?.width ?? 0)) largest = size;
  }
  if (largest !== undefined) return largest;
  for (let pictures = hasPictures ? structure.bits(8) : 0; pictures > 0 && !structure.isOver; pictures -= 1) {
    structure.advance(4);
    const references = structure.bits(2);
    structure.advance(2 + 8 * references);
  }
  return structure.isOver ? undefined : vp9HeaderSize(payload.subarray(at + structure.position / 8));
}

/** The uncompressed header up to the frame size (VP9 bitstream specification section 6.2). */
function vp9HeaderSize(frame: Uint8Array): PictureSize | undefined {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== 2) return undefined;
  const profile = bits.bits(1) + bits.bits(1) * 2;
  if (profile === 3) bits.advance(1);
  const showsExisting = bits.flag();
  const isPredicted = bits.flag();
  bits.advance(2);
  if (showsExisting || isPredicted || bits.bits(24) !== SYNC_CODE) return undefined;
  if (profile >= 2) bits.advance(1);
  const hasSubsampling = profile === 1 || profile === 3;
  if (bits.bits(3) === SRGB) bits.advance(hasSubsampling ? 1 : 0);
  else bits.advance(hasSubsampling ? 4 : 1);
  const size = { width: bits.bits(16) + 1, height: bits.bits(16) + 1 };
  return bits.isOver ? undefined : size;
}

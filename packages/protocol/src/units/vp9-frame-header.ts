import { BitReader } from "../bytes/bit-reader.ts";

/** What a keyframe says of itself (VP9 bitstream specification section 6.2). */
export interface Vp9KeyframeHeader {
  profile: number;
  bitDepth: 8 | 10 | 12;
  /** As in `vpcC`: 1 is 4:2:0, 2 is 4:2:2, 3 is 4:4:4. */
  chromaSubsampling: 1 | 2 | 3;
  isFullRange: boolean;
  /** Matrix coefficients of ISO 23091-4. */
  matrix: number;
  width: number;
  height: number;
}

const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;
const SRGB = 7;
/** ISO 23091-4 matrix of each `color_space`. */
const MATRICES = [2, 5, 1, 6, 7, 9, 2, 0];

/** Reads the start of a frame; undefined when it is no keyframe or malformed. Never throws. */
export function parseVp9Keyframe(frame: Uint8Array): Vp9KeyframeHeader | undefined {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== FRAME_MARKER) return undefined;
  const profile = bits.bits(1) + bits.bits(1) * 2;
  if (profile === 3) bits.advance(1);
  const showsExisting = bits.flag();
  const isPredicted = bits.flag();
  bits.advance(2);
  if (showsExisting || isPredicted || bits.bits(24) !== SYNC_CODE) return undefined;
  const bitDepth = profile < 2 ? 8 : bits.flag() ? 12 : 10;
  const colour = readColour(bits, profile);
  const width = bits.bits(16) + 1;
  const height = bits.bits(16) + 1;
  return bits.isOver ? undefined : { profile, bitDepth, ...colour, width, height };
}

/** VP9 bitstream specification section 7.2.2. */
function readColour(
  bits: BitReader,
  profile: number,
): Pick<Vp9KeyframeHeader, "chromaSubsampling" | "isFullRange" | "matrix"> {
  const isOdd = profile === 1 || profile === 3;
  const space = bits.bits(3);
  const matrix = MATRICES[space]!;
  if (space === SRGB) {
    if (isOdd) bits.advance(1);
    return { chromaSubsampling: 3, isFullRange: true, matrix };
  }
  const isFullRange = bits.flag();
  if (!isOdd) return { chromaSubsampling: 1, isFullRange, matrix };
  const x = bits.flag();
  const y = bits.flag();
  bits.advance(1);
  return { chromaSubsampling: x ? (y ? 1 : 2) : 3, isFullRange, matrix };
}

import { BitReader } from "../bytes/bit-reader.ts";
import { h264Rbsp } from "../codec/h264-rbsp.ts";

/** What a sequence parameter set says (HEVC section 7.3.2.2). */
export interface HevcSps {
  id: number;
  /** `profile_tier_level` up to and with `general_level_idc`: 12 bytes. */
  profileTierLevel: Uint8Array;
  temporalLayers: number;
  isTemporalNested: boolean;
  chromaFormat: number;
  lumaDepth: number;
  chromaDepth: number;
  /** As displayed, pixels. */
  width: number;
  height: number;
}

const HEADER_BYTES = 2;
const GENERAL_BYTES = 12;
/** Nobody sends larger pictures; what reads so is not one. */
const MOST_PIXELS = 16_384;

/** Reads an SPS NAL unit with its header; undefined when malformed. Never throws. */
export function parseHevcSps(nal: Uint8Array): HevcSps | undefined {
  const bytes = h264Rbsp(nal.subarray(HEADER_BYTES));
  if (bytes.length < 1 + GENERAL_BYTES) return undefined;
  const bits = new BitReader(bytes);
  bits.advance(4);
  const subLayers = bits.bits(3);
  const isTemporalNested = bits.flag();
  bits.advance(GENERAL_BYTES * 8);
  skipSubLayers(bits, subLayers);
  const id = bits.unsignedGolomb();
  const chromaFormat = bits.unsignedGolomb();
  const isSeparate = chromaFormat === 3 && bits.flag();
  const codedWidth = bits.unsignedGolomb();
  const codedHeight = bits.unsignedGolomb();
  const [left, right, top, bottom] = bits.flag()
    ? [bits.unsignedGolomb(), bits.unsignedGolomb(), bits.unsignedGolomb(), bits.unsignedGolomb()]
    : [0, 0, 0, 0];
  const lumaDepth = bits.unsignedGolomb() + 8;
  const chromaDepth = bits.unsignedGolomb() + 8;
  const unitX = !isSeparate && (chromaFormat === 1 || chromaFormat === 2) ? 2 : 1;
  const unitY = !isSeparate && chromaFormat === 1 ? 2 : 1;
  const width = codedWidth - unitX * (left! + right!);
  const height = codedHeight - unitY * (top! + bottom!);
  const isSane = id <= 15 && chromaFormat <= 3 && lumaDepth <= 16 && chromaDepth <= 16 && subLayers <= 6;
  if (bits.isOver || !isSane || !isSize(width) || !isSize(height)) return undefined;
  return {
    id,
    profileTierLevel: bytes.slice(1, 1 + GENERAL_BYTES),
    temporalLayers: subLayers + 1,
    isTemporalNested,
    chromaFormat,
    lumaDepth,
    chromaDepth,
    width,
    height,
  };
}

function isSize(pixels: number): boolean {
  return pixels >= 1 && pixels <= MOST_PIXELS;
}

/** Profiles and levels of the lower temporal layers (HEVC section 7.3.3). */
function skipSubLayers(bits: BitReader, count: number): void {
  if (count === 0) return;
  const present: [hasProfile: boolean, hasLevel: boolean][] = [];
  for (let layer = 0; layer < count; layer += 1) present.push([bits.flag(), bits.flag()]);
  bits.advance(2 * (8 - count));
  for (const [hasProfile, hasLevel] of present) bits.advance((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
}

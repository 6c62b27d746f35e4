import { BitReader } from "../bytes/bit-reader.ts";
import { readLeb128 } from "./leb128.ts";

/** What a sequence header says (AV1 specification section 5.5). */
export interface Av1Sequence {
  profile: number;
  /** `seq_level_idx` and `seq_tier` of the first operating point. */
  level: number;
  tier: number;
  width: number;
  height: number;
  bitDepth: 8 | 10 | 12;
  isMonochrome: boolean;
  /** 0 or 1. */
  subsamplingX: number;
  subsamplingY: number;
  /** `chroma_sample_position`. */
  samplePosition: number;
}

const SEQUENCE_HEADER = 1;
const SRGB_PRIMARIES = 1;
const SRGB_TRANSFER = 13;
const IDENTITY_MATRIX = 0;
const UNSPECIFIED = 2;
/** `seq_choose_screen_content_tools` and `SELECT_INTEGER_MV`. */
const SELECT = 2;

/** Reads a sequence header OBU, with its header; undefined when it is another OBU or malformed. Never throws. */
export function parseAv1Sequence(obu: Uint8Array): Av1Sequence | undefined {
  const header = obu[0] ?? 0;
  if ((header & 0x80) !== 0 || ((header >> 3) & 15) !== SEQUENCE_HEADER) return undefined;
  let at = (header & 4) !== 0 ? 2 : 1;
  if ((header & 2) !== 0) {
    const size = readLeb128(obu, at);
    if (size === undefined || size.end + size.value > obu.length) return undefined;
    at = size.end;
  }
  const bits = new BitReader(obu.subarray(at));
  const profile = bits.bits(3);
  const isStill = bits.flag();
  const isReduced = bits.flag();
  const point = isReduced ? { level: bits.bits(5), tier: 0 } : readOperatingPoints(bits);
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  const width = bits.bits(widthBits) + 1;
  const height = bits.bits(heightBits) + 1;
  if (!isReduced && bits.flag()) bits.advance(7);
  // 128 pixel superblocks, filter intra, intra edge filter.
  bits.advance(3);
  if (!isReduced) skipTools(bits);
  // Superresolution, CDEF, restoration.
  bits.advance(3);
  const colour = readColour(bits, profile);
  // Of film grain.
  bits.advance(1);
  if (bits.isOver || profile > 2 || (isReduced && !isStill)) return undefined;
  return { profile, ...point, width, height, ...colour };
}

/** From `timing_info_present_flag` to the last operating point; what the first one says. */
function readOperatingPoints(bits: BitReader): { level: number; tier: number } {
  let delayBits = 0;
  if (bits.flag()) {
    bits.advance(64);
    if (bits.flag()) bits.unsignedGolomb();
    if (bits.flag()) {
      delayBits = bits.bits(5) + 1;
      bits.advance(42);
    }
  }
  const hasDisplayDelays = bits.flag();
  const count = bits.bits(5) + 1;
  let first: { level: number; tier: number } | undefined;
  for (let left = count; left > 0 && !bits.isOver; left -= 1) {
    bits.advance(12);
    const level = bits.bits(5);
    const tier = level > 7 ? bits.bits(1) : 0;
    if (delayBits > 0 && bits.flag()) bits.advance(2 * delayBits + 1);
    if (hasDisplayDelays && bits.flag()) bits.advance(4);
    first ??= { level, tier };
  }
  return first ?? { level: 0, tier: 0 };
}

/** From `enable_interintra_compound` to the order hints. */
function skipTools(bits: BitReader): void {
  bits.advance(4);
  const hasOrderHints = bits.flag();
  if (hasOrderHints) bits.advance(2);
  const screenContent = bits.flag() ? SELECT : bits.bits(1);
  if (screenContent > 0 && !bits.flag()) bits.advance(1);
  if (hasOrderHints) bits.advance(3);
}

type Colour = Pick<
  Av1Sequence,
  "bitDepth" | "isMonochrome" | "subsamplingX" | "subsamplingY" | "samplePosition"
>;

/** AV1 specification section 5.5.2. */
function readColour(bits: BitReader, profile: number): Colour {
  const isHigh = bits.flag();
  const isTwelve = profile === 2 && isHigh && bits.flag();
  const bitDepth = isTwelve ? 12 : isHigh ? 10 : 8;
  const isMonochrome = profile !== 1 && bits.flag();
  const isDescribed = bits.flag();
  const [primaries, transfer, matrix] = isDescribed
    ? [bits.bits(8), bits.bits(8), bits.bits(8)]
    : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
  if (isMonochrome) {
    bits.advance(1);
    return { bitDepth, isMonochrome, subsamplingX: 1, subsamplingY: 1, samplePosition: 0 };
  }
  let subsampling: [number, number] = [0, 0];
  let samplePosition = 0;
  if (primaries !== SRGB_PRIMARIES || transfer !== SRGB_TRANSFER || matrix !== IDENTITY_MATRIX) {
    bits.advance(1);
    subsampling = readSubsampling(bits, { profile, bitDepth });
    if (subsampling[0] === 1 && subsampling[1] === 1) samplePosition = bits.bits(2);
  }
  // Separate quantisation of the chroma planes.
  bits.advance(1);
  return {
    bitDepth,
    isMonochrome,
    subsamplingX: subsampling[0],
    subsamplingY: subsampling[1],
    samplePosition,
  };
}

function readSubsampling(
  bits: BitReader,
  { profile, bitDepth }: { profile: number; bitDepth: number },
): [number, number] {
  if (profile === 0) return [1, 1];
  if (profile === 1) return [0, 0];
  if (bitDepth !== 12) return [1, 0];
  const x = bits.bits(1);
  return [x, x === 1 ? bits.bits(1) : 0];
}

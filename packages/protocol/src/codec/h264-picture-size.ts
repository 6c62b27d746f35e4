import { BitReader } from "../bytes/bit-reader.ts";
import { h264Rbsp } from "./h264-rbsp.ts";
import type { PictureSize } from "./types.ts";

const SPS = 7;
const STAP_A = 24;
const FU_A = 28;
/** Profiles whose parameter sets tell the chroma format (H.264 section 7.3.2.1.1). */
const WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** From the sequence parameter set: alone, in a STAP-A, or at the start of a FU-A (RFC 6184 sections 5.6 to 5.8). */
export function h264PictureSize(payload: Uint8Array): PictureSize | undefined {
  const sps = findSps(payload);
  return sps && readSps(new BitReader(h264Rbsp(sps)));
}

/** What follows the NAL unit header, as far as the payload has it. */
function findSps(payload: Uint8Array): Uint8Array | undefined {
  const first = payload[0];
  if (first === undefined) return undefined;
  const type = first & 31;
  if (type === SPS) return payload.subarray(1);
  if (type === FU_A) return ((payload[1] ?? 0) & 0x9f) === (0x80 | SPS) ? payload.subarray(2) : undefined;
  if (type !== STAP_A) return undefined;
  let offset = 1;
  while (offset + 3 <= payload.length) {
    const length = (payload[offset]! << 8) | payload[offset + 1]!;
    if (length === 0) return undefined;
    if ((payload[offset + 2]! & 31) === SPS) return payload.subarray(offset + 3, offset + 2 + length);
    offset += 2 + length;
  }
  return undefined;
}

/** H.264 section 7.3.2.1.1, up to the cropping. */
function readSps(bits: BitReader): PictureSize | undefined {
  const profile = bits.bits(8);
  bits.advance(16);
  bits.unsignedGolomb();
  const chroma = WITH_CHROMA.has(profile) ? readChroma(bits) : { format: 1, isSeparate: false };
  bits.unsignedGolomb();
  skipPictureOrder(bits);
  bits.unsignedGolomb();
  bits.advance(1);
  const widthInMacroblocks = bits.unsignedGolomb() + 1;
  const heightInUnits = bits.unsignedGolomb() + 1;
  const isFrameOnly = bits.flag();
  if (!isFrameOnly) bits.advance(1);
  bits.advance(1);
  const [left, right, top, bottom] = bits.flag()
    ? [bits.unsignedGolomb(), bits.unsignedGolomb(), bits.unsignedGolomb(), bits.unsignedGolomb()]
    : [0, 0, 0, 0];
  if (bits.isOver) return undefined;
  const fields = isFrameOnly ? 1 : 2;
  const format = chroma.isSeparate ? 0 : chroma.format;
  const unitX = format === 1 || format === 2 ? 2 : 1;
  const unitY = (format === 1 ? 2 : 1) * fields;
  return {
    width: widthInMacroblocks * 16 - unitX * (left! + right!),
    height: heightInUnits * 16 * fields - unitY * (top! + bottom!),
  };
}

function readChroma(bits: BitReader): { format: number; isSeparate: boolean } {
  const format = bits.unsignedGolomb();
  const isSeparate = format === 3 && bits.flag();
  bits.unsignedGolomb();
  bits.unsignedGolomb();
  bits.advance(1);
  if (bits.flag()) {
    const lists = format === 3 ? 12 : 8;
    for (let list = 0; list < lists && !bits.isOver; list += 1)
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
  }
  return { format, isSeparate };
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let place = 0; place < size && !bits.isOver; place += 1) {
    if (next !== 0) next = (last + bits.signedGolomb() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsignedGolomb();
  if (type === 0) bits.unsignedGolomb();
  if (type !== 1) return;
  bits.advance(1);
  bits.signedGolomb();
  bits.signedGolomb();
  for (let left = bits.unsignedGolomb(); left > 0 && !bits.isOver; left -= 1) bits.signedGolomb();
}

import { BitReader } from "../bytes/bit-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { h264Rbsp } from "../codec/h264-rbsp.ts";
import { pictureSize } from "../codec/picture-size.ts";
import type { VideoFormat } from "./types.ts";

/** NAL units without start code or length. */
export interface H264ParameterSets {
  sps: Uint8Array[];
  pps: Uint8Array[];
}

const SPS = 7;
const PPS = 8;
/** Profiles whose `avcC` tells chroma format and bit depths, too (ISO 14496-15 section 5.3.3.1.2). */
const WITH_CHROMA = new Set([100, 110, 122, 144, 244]);

/**
 * The format of an H.264 stream, from its parameter sets or from an `avcC` payload. Undefined when they are malformed, or
 * when the samples' lengths would not be four bytes long. Never throws.
 */
export function h264Format(source: Uint8Array | H264ParameterSets): VideoFormat | undefined {
  const read = source instanceof Uint8Array ? readAvcC(source) : { sets: source, lengthBytes: 4 };
  if (read?.lengthBytes !== 4) return undefined;
  const { sets } = read;
  const first = sets.sps[0];
  if (first === undefined || !areSets(sets)) return undefined;
  const size = pictureSize("h264", first);
  if (size === undefined) return undefined;
  const profile = [...first.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    kind: "video",
    codec: "h264",
    codecs: `avc1.${profile}`,
    configuration: source instanceof Uint8Array ? source.slice() : serializeAvcC(sets, first),
    ...size,
  };
}

/** The parameter sets in an `avcC` payload, as views; undefined when it is malformed. Never throws. */
export function h264ParameterSets(avcC: Uint8Array): H264ParameterSets | undefined {
  const read = readAvcC(avcC);
  return read?.lengthBytes === 4 ? read.sets : undefined;
}

function areSets({ sps, pps }: H264ParameterSets): boolean {
  const fits = (type: number) => (set: Uint8Array) =>
    set.length >= 2 && set.length <= 0xffff && (set[0]! & 31) === type;
  const isCounted = sps.length <= 31 && pps.length >= 1 && pps.length <= 255;
  return isCounted && sps[0]!.length >= 4 && sps.every(fits(SPS)) && pps.every(fits(PPS));
}

function serializeAvcC({ sps, pps }: H264ParameterSets, first: Uint8Array): Uint8Array {
  const writer = new ByteWriter(128);
  writer.uint8(1).bytes(first.subarray(1, 4)).uint8(0xff);
  writer.uint8(0xe0 | sps.length);
  for (const set of sps) writer.uint16(set.length).bytes(set);
  writer.uint8(pps.length);
  for (const set of pps) writer.uint16(set.length).bytes(set);
  if (WITH_CHROMA.has(first[1]!)) {
    const bits = new BitReader(h264Rbsp(first.subarray(1, 64)));
    bits.advance(24);
    bits.unsignedGolomb();
    const chroma = bits.unsignedGolomb();
    if (chroma === 3) bits.advance(1);
    writer.uint8(0xfc | (chroma & 3));
    writer.uint8(0xf8 | (bits.unsignedGolomb() & 7));
    writer.uint8(0xf8 | (bits.unsignedGolomb() & 7));
    writer.uint8(0);
  }
  return writer.finish();
}

/**
 * Parameter sets out of the payload of an `avcC` box (ISO 14496-15 section 5.3.3.1.2), and how long the samples' lengths are; undefined when
 * malformed. Never throws.
 */
export function readAvcC(avcC: Uint8Array): { sets: H264ParameterSets; lengthBytes: number } | undefined {
  if (avcC.length < 7 || avcC[0] !== 1) return undefined;
  const sps = readSets(avcC, 6, avcC[5]! & 31);
  const countAt = sps?.end;
  if (sps === undefined || countAt === undefined || countAt >= avcC.length) return undefined;
  const pps = readSets(avcC, countAt + 1, avcC[countAt]!);
  return pps && { sets: { sps: sps.sets, pps: pps.sets }, lengthBytes: (avcC[4]! & 3) + 1 };
}

function readSets(
  bytes: Uint8Array,
  from: number,
  count: number,
): { sets: Uint8Array[]; end: number } | undefined {
  const sets: Uint8Array[] = [];
  let at = from;
  for (let left = count; left > 0; left -= 1) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
    if (end > bytes.length) return undefined;
    sets.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return { sets, end: at };
}

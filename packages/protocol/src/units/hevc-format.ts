import { ByteWriter } from "../bytes/byte-writer.ts";
import { type HevcSps, parseHevcSps } from "./hevc-sps.ts";
import type { VideoFormat } from "./types.ts";

/** NAL units without start code or length. */
export interface HevcParameterSets {
  vps: Uint8Array[];
  sps: Uint8Array[];
  pps: Uint8Array[];
}

/** NAL unit types (HEVC table 7-1). */
export const HEVC_VPS = 32;
export const HEVC_SPS = 33;
export const HEVC_PPS = 34;

const FIXED_BYTES = 23;
const MOST_ARRAYS = 16;
const MOST_SETS = 64;

/** The type of an HEVC NAL unit, from its header. */
export function hevcNalType(nal: Uint8Array): number {
  return (nal[0]! >> 1) & 63;
}

/**
 * The format of an HEVC stream, from its parameter sets or from an `hvcC` payload. Undefined when they are malformed, or
 * when the samples' lengths would not be four bytes long. Never throws.
 */
export function hevcFormat(source: Uint8Array | HevcParameterSets): VideoFormat | undefined {
  const isConfiguration = source instanceof Uint8Array;
  const read = isConfiguration ? readHvcC(source) : { sets: source, lengthBytes: 4 };
  if (read === undefined || read.lengthBytes !== 4 || !areSets(read.sets)) return undefined;
  const sps = parseHevcSps(read.sets.sps[0]!);
  if (sps === undefined) return undefined;
  return {
    kind: "video",
    codec: "hevc",
    codecs: codecsOf(sps.profileTierLevel),
    configuration: isConfiguration ? source.slice() : serializeHvcC(read.sets, sps),
    width: sps.width,
    height: sps.height,
  };
}

function areSets({ vps, sps, pps }: HevcParameterSets): boolean {
  const fit = (sets: Uint8Array[], type: number) =>
    sets.length >= 1 &&
    sets.length <= MOST_SETS &&
    sets.every((set) => set.length > 2 && set.length <= 0xffff && hevcNalType(set) === type);
  return fit(vps, HEVC_VPS) && fit(sps, HEVC_SPS) && fit(pps, HEVC_PPS);
}

/** `hvc1.1.6.L93.B0` (ISO 14496-15 annex E.3). */
function codecsOf(profileTierLevel: Uint8Array): string {
  const first = profileTierLevel[0]!;
  const space = ["", "A", "B", "C"][first >> 6]!;
  const tier = (first & 0x20) !== 0 ? "H" : "L";
  let compatibility = 0;
  for (let bit = 0; bit < 32; bit += 1)
    if ((profileTierLevel[1 + (bit >> 3)]! & (0x80 >> (bit & 7))) !== 0) compatibility += 2 ** bit;
  const constraints = [...profileTierLevel.subarray(5, 11)];
  while (constraints.at(-1) === 0) constraints.pop();
  const hex = (value: number) => value.toString(16).toUpperCase();
  const parts = [`${space}${first & 31}`, hex(compatibility), `${tier}${profileTierLevel[11]!}`];
  return ["hvc1", ...parts, ...constraints.map(hex)].join(".");
}

/** ISO 14496-15 section 8.3.3.1. */
function serializeHvcC(sets: HevcParameterSets, sps: HevcSps): Uint8Array {
  const writer = new ByteWriter(256)
    .uint8(1)
    .bytes(sps.profileTierLevel)
    // No least spatial segmentation, parallelism not known.
    .uint16(0xf000)
    .uint8(0xfc)
    .uint8(0xfc | sps.chromaFormat)
    .uint8(0xf8 | ((sps.lumaDepth - 8) & 7))
    .uint8(0xf8 | ((sps.chromaDepth - 8) & 7))
    // Picture rate not known.
    .uint16(0)
    .uint8((sps.temporalLayers << 3) | (sps.isTemporalNested ? 4 : 0) | 3)
    .uint8(3);
  for (const [type, nals] of [
    [HEVC_VPS, sets.vps],
    [HEVC_SPS, sets.sps],
    [HEVC_PPS, sets.pps],
  ] as const) {
    writer.uint8(0x80 | type).uint16(nals.length);
    for (const nal of nals) writer.uint16(nal.length).bytes(nal);
  }
  return writer.finish();
}

/** Parameter sets out of the payload of an `hvcC` box, and how long the samples' lengths are; undefined when malformed. Never throws. */
export function readHvcC(hvcC: Uint8Array): { sets: HevcParameterSets; lengthBytes: number } | undefined {
  if (hvcC.length < FIXED_BYTES || hvcC[0] !== 1 || hvcC[22]! > MOST_ARRAYS) return undefined;
  const sets: HevcParameterSets = { vps: [], sps: [], pps: [] };
  let at = FIXED_BYTES;
  for (let arrays = hvcC[22]!; arrays > 0; arrays -= 1) {
    if (at + 3 > hvcC.length) return undefined;
    const type = hvcC[at]! & 63;
    let count = (hvcC[at + 1]! << 8) | hvcC[at + 2]!;
    at += 3;
    for (; count > 0; count -= 1) {
      const start = at + 2;
      if (start > hvcC.length) return undefined;
      at = start + ((hvcC[at]! << 8) | hvcC[at + 1]!);
      if (at > hvcC.length) return undefined;
      const nal = hvcC.subarray(start, at);
      if (type === HEVC_VPS) sets.vps.push(nal);
      else if (type === HEVC_SPS) sets.sps.push(nal);
      else if (type === HEVC_PPS) sets.pps.push(nal);
    }
  }
  return { sets, lengthBytes: (hvcC[21]! & 3) + 1 };
}

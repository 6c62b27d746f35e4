import { BitReader } from "../bytes/bit-reader.ts";
import {
  HEVC_PPS,
  HEVC_SPS,
  HEVC_VPS,
  type HevcParameterSets,
  hevcFormat,
  hevcNalType,
} from "./hevc-format.ts";
import { parseHevcSps } from "./hevc-sps.ts";
import { withLengths } from "./nal-units.ts";
import type { VideoFrame } from "./video-frame.ts";

/** NAL unit types (HEVC table 7-1). */
const LAST_SLICE = 31;
const FIRST_IRAP = 16;
const LAST_IRAP = 21;
const DELIMITER = 35;
const FILLER = 38;

/** No encoder's are larger. */
const MOST_SET_BYTES = 1024;
/** Of each kind, few enough to look through. */
const MOST_SETS = 16;

/** NAL units of a picture to an MP4 sample, for one stream: as `H264Frames`, for HEVC. Never throws. */
export class HevcFrames {
  #sets = emptyStore();

  /** Parameter sets that came beside the stream. */
  put({ vps, sps, pps }: HevcParameterSets): void {
    for (const set of [...vps, ...sps, ...pps]) if (set.length > 2) this.#put(set);
  }

  /** The NAL units of one access unit, none of them empty; undefined when there is no picture among them. */
  take(all: readonly Uint8Array[]): VideoFrame | undefined {
    // Only the base layer: two-byte headers, layer 0.
    const nals = all.filter((nal) => nal.length > 2 && (nal[0]! & 0x81) === 0 && nal[1]! >> 3 === 0);
    const types = nals.map(hevcNalType);
    const sets = nals.filter((_, index) => isSet(types[index]!));
    const changed = new Set(sets.filter((set) => this.#put(set)));
    if (!types.some((type) => type <= LAST_SLICE)) return undefined;
    const keyframe = types.some((type) => type >= FIRST_IRAP && type <= LAST_IRAP);
    if (keyframe) this.#keepOnly(sets);
    const kept = nals.filter((nal, index) => {
      const type = types[index]!;
      if (isSet(type)) return !keyframe && changed.has(nal);
      return type < DELIMITER || type > FILLER;
    });
    return { keyframe, data: withLengths(kept), format: keyframe ? hevcFormat(this.#all()) : undefined };
  }

  /** True when the set is another than the one of its id before. Takes a copy. */
  #put(nal: Uint8Array): boolean {
    const sets = this.#sets.get(hevcNalType(nal));
    const id = nal.length > MOST_SET_BYTES ? undefined : idOf(nal);
    if (sets === undefined || id === undefined) return false;
    const before = sets.get(id);
    if (before !== undefined && isEqual(before, nal)) return false;
    if (before === undefined && sets.size >= MOST_SETS) return false;
    sets.set(id, nal.slice());
    return true;
  }

  /** A keyframe with all it needs begins a new stream. */
  #keepOnly(nals: readonly Uint8Array[]): void {
    if (new Set(nals.map(hevcNalType)).size < 3) return;
    this.#sets = emptyStore();
    for (const nal of nals) this.#put(nal);
  }

  #all(): HevcParameterSets {
    const of = (type: number) => [...this.#sets.get(type)!.values()];
    return { vps: of(HEVC_VPS), sps: of(HEVC_SPS), pps: of(HEVC_PPS) };
  }
}

function emptyStore(): Map<number, Map<number, Uint8Array>> {
  return new Map([HEVC_VPS, HEVC_SPS, HEVC_PPS].map((type) => [type, new Map<number, Uint8Array>()]));
}

function isSet(type: number): boolean {
  return type >= HEVC_VPS && type <= HEVC_PPS;
}

/** Of each kind its own numbers (HEVC sections 7.3.2.1 to 7.3.2.3). */
function idOf(nal: Uint8Array): number | undefined {
  switch (hevcNalType(nal)) {
    case HEVC_VPS:
      return nal[2]! >> 4;
    case HEVC_SPS:
      return parseHevcSps(nal)?.id;
    default: {
      const id = new BitReader(nal.subarray(2, 12)).unsignedGolomb();
      return id <= 63 ? id : undefined;
    }
  }
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

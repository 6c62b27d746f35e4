import { BitReader } from "../bytes/bit-reader.ts";
import { type H264ParameterSets, h264Format } from "./h264-format.ts";
import { H264ParameterSetStore } from "./h264-parameter-sets.ts";
import { withLengths } from "./nal-units.ts";
import type { VideoFrame } from "./video-frame.ts";

/** NAL unit types (H.264 table 7-1). */
const IDR = 5;
const MESSAGE = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const FILLER = 12;
/** SEI payload type (H.264 table D-1). */
const RECOVERY_POINT = 6;

/**
 * NAL units of a picture to an MP4 sample, for one stream. Delimiters and filler are left out. So are parameter sets: the format
 * has them; only sets that change between keyframes stay where they came, until the next keyframe. Never throws.
 */
export class H264Frames {
  readonly #sets = new H264ParameterSetStore();

  /** Parameter sets that came beside the stream. */
  put({ sps, pps }: H264ParameterSets): void {
    for (const set of [...sps, ...pps]) if (set.length > 0) this.#sets.put(set);
  }

  /** The NAL units of one access unit, none of them empty; undefined when there is no picture among them. */
  take(nals: readonly Uint8Array[]): VideoFrame | undefined {
    const types = nals.map((nal) => nal[0]! & 31);
    const isSet = (_: Uint8Array, index: number) => types[index] === SPS || types[index] === PPS;
    const sets = nals.filter(isSet);
    const keyframe = types.includes(IDR) || (sets.length > 0 && nals.some(isRecoveryPoint));
    const changed = new Set(sets.filter((set) => this.#sets.put(set)));
    if (!types.some((type) => type >= 1 && type <= IDR)) return undefined;
    if (keyframe) this.#sets.keepOnly(sets);
    const kept = nals.filter((nal, index) => {
      const type = types[index]!;
      if (type === SPS || type === PPS) return !keyframe && changed.has(nal);
      return type < DELIMITER || type > FILLER;
    });
    return { keyframe, data: withLengths(kept), format: keyframe ? h264Format(this.#sets.all()) : undefined };
  }
}

/** Everything from this picture on can be decoded right, as with open groups of pictures (H.264 section D.2.8). */
function isRecoveryPoint(nal: Uint8Array): boolean {
  if ((nal[0]! & 31) !== MESSAGE || nal[1] !== RECOVERY_POINT || nal.length < 4) return false;
  return new BitReader(nal.subarray(3)).unsignedGolomb() === 0;
}

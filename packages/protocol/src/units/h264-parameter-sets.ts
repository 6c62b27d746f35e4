import { BitReader } from "../bytes/bit-reader.ts";
import type { H264ParameterSets } from "./h264-format.ts";

const SPS = 7;
/** No encoder's are larger. */
const MOST_SET_BYTES = 1024;
/** Most that an `avcC` holds, and few enough to look through. */
const MOST_SETS = 31;

/** The parameter sets a stream has brought, by kind and id: a later one takes the place of an earlier one. */
export class H264ParameterSetStore {
  readonly #sps = new Map<number, Uint8Array>();
  readonly #pps = new Map<number, Uint8Array>();

  /** Takes a copy. True when the set is another than the one of its id before; false, too, when it makes no sense. */
  put(nal: Uint8Array): boolean {
    const id = idOf(nal);
    if (id === undefined) return false;
    const sets = isSps(nal) ? this.#sps : this.#pps;
    const before = sets.get(id);
    if (before !== undefined && isEqual(before, nal)) return false;
    if (before === undefined && sets.size >= MOST_SETS) return false;
    sets.set(id, nal.slice());
    return true;
  }

  /** Forgets every set but these, where they are of both kinds: a keyframe with all it needs begins a new stream. */
  keepOnly(nals: readonly Uint8Array[]): void {
    if (!nals.some(isSps) || nals.every(isSps)) return;
    this.#sps.clear();
    this.#pps.clear();
    for (const nal of nals) this.put(nal);
  }

  all(): H264ParameterSets {
    return { sps: [...this.#sps.values()], pps: [...this.#pps.values()] };
  }
}

function isSps(nal: Uint8Array): boolean {
  return (nal[0]! & 31) === SPS;
}

/** `seq_parameter_set_id` or `pic_parameter_set_id` (H.264 sections 7.3.2.1.1 and 7.3.2.2). */
function idOf(nal: Uint8Array): number | undefined {
  if (nal.length > MOST_SET_BYTES) return undefined;
  const bits = new BitReader(nal.subarray(isSps(nal) ? 4 : 1, 16));
  const id = bits.unsignedGolomb();
  return bits.isOver || id > (isSps(nal) ? 31 : 255) ? undefined : id;
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

import { isFrameStart } from "../codec/keyframe-start.ts";
import { h264Format } from "./h264-format.ts";
import { H264ParameterSetStore } from "./h264-parameter-sets.ts";
import { type AssembledFrame, VideoDepacketizer } from "./video-depacketizer.ts";

/** NAL unit types (H.264 table 7-1, RFC 6184 table 3). */
const IDR = 5;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
const FILLER = 12;
const LAST_TYPE = 23;
const STAP_A = 24;
const FU_A = 28;

/** A picture has some slices, parameter sets and messages; more than this is no picture. */
const MOST_NALS = 1024;

/**
 * H.264 in single NAL units, STAP-A and FU-A (RFC 6184 packetization modes 0 and 1). Delimiters and filler are left out. So are
 * parameter sets: the format has them; only sets that change between keyframes stay where they came, until the next keyframe.
 */
export class H264Depacketizer extends VideoDepacketizer {
  readonly #sets = new H264ParameterSetStore();
  /** Where the NAL units of the frame begin in the buffer. */
  #starts: number[] = [];
  #isFragmentOpen = false;

  protected isFrameStart(payload: Uint8Array): boolean {
    return isFrameStart("h264", payload);
  }

  protected begin(): void {
    this.#starts = [];
    this.#isFragmentOpen = false;
  }

  protected append(payload: Uint8Array): boolean {
    const header = payload[0]!;
    const type = header & 31;
    if ((header & 0x80) !== 0 || type === 0) return false;
    if (type === FU_A) return this.#appendFragment(payload);
    if (this.#isFragmentOpen) return false;
    if (type === STAP_A) return this.#appendAggregate(payload);
    return type <= LAST_TYPE && this.#open() && this.buffer.append(payload);
  }

  protected finish(): AssembledFrame | undefined {
    if (this.#isFragmentOpen) return undefined;
    const nals = this.#starts.map((start, index) => this.buffer.view(start, this.#starts[index + 1]));
    const types = nals.map((nal) => nal[0]! & 31);
    const keyframe = types.includes(IDR);
    const sets = nals.filter((_, index) => types[index] === SPS || types[index] === PPS);
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

  /** RFC 6184 section 5.7.1. */
  #appendAggregate(payload: Uint8Array): boolean {
    let at = 1;
    while (at + 2 < payload.length) {
      const end = at + 2 + ((payload[at]! << 8) | payload[at + 1]!);
      if (end === at + 2 || end > payload.length) return false;
      if (!this.#open() || !this.buffer.append(payload.subarray(at + 2, end))) return false;
      at = end;
    }
    return at > 1;
  }

  /** RFC 6184 section 5.8. */
  #appendFragment(payload: Uint8Array): boolean {
    if (payload.length < 3) return false;
    const fragment = payload[1]!;
    const isStart = (fragment & 0x80) !== 0;
    if (isStart === this.#isFragmentOpen) return false;
    if (isStart) {
      const header = (payload[0]! & 0xe0) | (fragment & 31);
      if (!this.#open() || !this.buffer.append(Uint8Array.of(header))) return false;
      this.#isFragmentOpen = true;
    }
    if (!this.buffer.append(payload.subarray(2))) return false;
    if ((fragment & 0x40) !== 0) this.#isFragmentOpen = false;
    return true;
  }

  #open(): boolean {
    if (this.#starts.length >= MOST_NALS) return false;
    this.#starts.push(this.buffer.length);
    return true;
  }
}

/** NAL units behind their four-byte lengths. */
function withLengths(nals: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const nal of nals) size += 4 + nal.length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const nal of nals) {
    view.setUint32(at, nal.length);
    bytes.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return bytes;
}

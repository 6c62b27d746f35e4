import { isFrameStart } from "../codec/keyframe-start.ts";
import { H264Frames } from "./h264-frames.ts";
import { MOST_NALS } from "./nal-units.ts";
import { VideoDepacketizer } from "./video-depacketizer.ts";
import type { VideoFrame } from "./video-frame.ts";

/** NAL unit types (RFC 6184 table 3). */
const LAST_TYPE = 23;
const STAP_A = 24;
const FU_A = 28;

/** H.264 in single NAL units, STAP-A and FU-A (RFC 6184 packetization modes 0 and 1). */
export class H264Depacketizer extends VideoDepacketizer {
  readonly #frames = new H264Frames();
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

  protected finish(): VideoFrame | undefined {
    if (this.#isFragmentOpen) return undefined;
    return this.#frames.take(
      this.#starts.map((start, index) => this.buffer.view(start, this.#starts[index + 1])),
    );
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

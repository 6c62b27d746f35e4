import { FrameBuffer } from "./frame-buffer.ts";
import type { Depacketizer, RtpFrame } from "./types.ts";
import { CurrentFormat, MOST_FRAME_BYTES, type VideoFrame } from "./video-frame.ts";

/**
 * What is the same for all video codecs: a frame is the packets of one timestamp up to the marker; after a loss the next one
 * begins where a payload is certainly the first of a frame; nothing comes before the first keyframe that tells its format.
 */
export abstract class VideoDepacketizer implements Depacketizer {
  protected readonly buffer = new FrameBuffer(MOST_FRAME_BYTES);
  readonly #current = new CurrentFormat();
  #timestamp: number | undefined;
  #isWaiting = true;

  take(payload: Uint8Array, timestamp: number, marker: boolean): RtpFrame | undefined {
    // Padding alone, sent to probe the bandwidth.
    if (payload.length === 0) return undefined;
    if (timestamp !== this.#timestamp) {
      if (this.#isWaiting && !this.isFrameStart(payload)) return undefined;
      this.#isWaiting = false;
      this.#timestamp = timestamp;
      this.buffer.clear();
      this.begin();
    }
    if (!this.append(payload)) {
      this.lost();
      return undefined;
    }
    if (!marker) return undefined;
    this.#timestamp = undefined;
    const frame = this.finish();
    if (frame === undefined) return undefined;
    const format = this.#current.change(frame);
    if (this.#current.format === undefined) return undefined;
    return { timestamp, keyframe: frame.keyframe, data: frame.data, format };
  }

  lost(): void {
    this.#timestamp = undefined;
    this.#isWaiting = true;
  }

  /** The payload is certainly the first of a frame. */
  protected abstract isFrameStart(payload: Uint8Array): boolean;
  /** Another frame begins; {@link buffer} is empty. */
  protected abstract begin(): void;
  /** False when the payload is damaged: the frame is given up. */
  protected abstract append(payload: Uint8Array): boolean;
  /** The frame, its last payload appended; undefined when there is no picture in it or a piece of it is missing. */
  protected abstract finish(): VideoFrame | undefined;
}

import { FrameBuffer } from "./frame-buffer.ts";
import type { Depacketizer, RtpFrame, VideoFormat } from "./types.ts";

/** Larger ones are given up: a picture of 1080p at the best quality takes a few megabytes. */
const MOST_FRAME_BYTES = 8 * 1024 * 1024;

/** A frame whose last packet has come. */
export interface AssembledFrame {
  keyframe: boolean;
  data: Uint8Array;
  /** What the frame itself says about the decoder's set-up. */
  format: VideoFormat | undefined;
}

/**
 * What is the same for all video codecs: a frame is the packets of one timestamp up to the marker; after a loss the next one
 * begins where a payload is certainly the first of a frame; nothing comes before the first keyframe that tells its format.
 */
export abstract class VideoDepacketizer implements Depacketizer {
  protected readonly buffer = new FrameBuffer(MOST_FRAME_BYTES);
  #timestamp: number | undefined;
  #isWaiting = true;
  #format: VideoFormat | undefined;

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
    const format = frame.keyframe ? this.#change(frame.format) : undefined;
    if (this.#format === undefined) return undefined;
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
  protected abstract finish(): AssembledFrame | undefined;

  /** The format when it is another than before. */
  #change(format: VideoFormat | undefined): VideoFormat | undefined {
    if (format === undefined || (this.#format !== undefined && isSameFormat(format, this.#format)))
      return undefined;
    this.#format = format;
    return format;
  }
}

function isSameFormat(left: VideoFormat, right: VideoFormat): boolean {
  return (
    left.width === right.width &&
    left.height === right.height &&
    left.configuration.length === right.configuration.length &&
    left.configuration.every((byte, index) => byte === right.configuration[index])
  );
}

import type { VideoFormat } from "./types.ts";

/** Larger ones are given up: a picture of 1080p at the best quality takes a few megabytes. */
export const MOST_FRAME_BYTES = 8 * 1024 * 1024;

/** A picture, whole, as an MP4 sample holds it. */
export interface VideoFrame {
  keyframe: boolean;
  data: Uint8Array;
  /** What the frame itself says about the decoder's set-up. */
  format: VideoFormat | undefined;
}

/** Keeps one object for a set-up as long as frames say the same: others compare formats by identity. */
export class CurrentFormat {
  #format: VideoFormat | undefined;

  /** Undefined before the first keyframe that told its format. */
  get format(): VideoFormat | undefined {
    return this.#format;
  }

  /** The format where this frame brings another one than before. */
  change(frame: VideoFrame): VideoFormat | undefined {
    if (!frame.keyframe || frame.format === undefined) return undefined;
    if (this.#format !== undefined && isSame(frame.format, this.#format)) return undefined;
    this.#format = frame.format;
    return frame.format;
  }
}

function isSame(left: VideoFormat, right: VideoFormat): boolean {
  return (
    left.width === right.width &&
    left.height === right.height &&
    left.configuration.length === right.configuration.length &&
    left.configuration.every((byte, index) => byte === right.configuration[index])
  );
}

import type { UnitFormat, VideoFormat } from "@sameroom/protocol";
import type { WireUnit, Work } from "../messages.ts";
import { rungSize } from "../rung-size.ts";
import type { StreamJob } from "./job.ts";
import { encodeJpeg } from "./jpeg.ts";
import { scaledPixels } from "./scaled-pixels.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** Shorter side of a thumbnail at most, pixels: 640x360, or 360x640. */
const height = 360;

/** A small JPEG of each keyframe it gets; nothing else is decoded, and no decoder is kept in between. */
export class ThumbnailJob implements StreamJob {
  readonly #tell: (jpeg: Uint8Array) => void;
  #format: VideoFormat;

  constructor({ input }: Extract<Work, { kind: "thumbnails" }>, tell: (jpeg: Uint8Array) => void) {
    this.#tell = tell;
    this.#format = input;
  }

  setFormat(format: UnitFormat): void {
    if (format.kind !== "video") throw new Error("thumbnails are made of pictures");
    this.#format = format;
  }

  take(unit: WireUnit): void {
    const decoder = new VideoDecoder(this.#format);
    let jpeg: Uint8Array | undefined;
    try {
      const use = (frame: Parameters<typeof scaledPixels>[0]) => {
        const size = rungSize(frame, height);
        jpeg ??= encodeJpeg(scaledPixels(frame, size), size);
      };
      decoder.decode(unit.data, 0, use);
      decoder.flush(use);
    } finally {
      decoder.close();
    }
    if (jpeg !== undefined) this.#tell(jpeg);
  }

  /** There is one output only: dropping it is closing the job. */
  drop(): void {}

  close(): void {}
}

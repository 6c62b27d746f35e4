import type { PictureSize } from "@sameroom/protocol";
import { type AVPixelFormat, SWS_BILINEAR } from "node-av/constants";
import { FFmpegError, Frame, SoftwareScaleContext } from "node-av/lib";

interface Source extends PictureSize {
  format: number;
}

/** Pictures of any size and pixel format to one of each. */
export class Scaler {
  readonly #size: PictureSize;
  readonly #format: AVPixelFormat;
  #context: SoftwareScaleContext | undefined;
  #source: Source = { width: 0, height: 0, format: -1 };
  #frame: Frame | undefined;

  constructor(size: PictureSize, format: AVPixelFormat) {
    this.#size = size;
    this.#format = format;
  }

  /** The picture in the wanted size: `frame` itself where it has that already, else one valid until the next call. */
  scale(frame: Frame): Frame {
    const { width, height } = this.#size;
    const format = this.#format;
    if (frame.width === width && frame.height === height && frame.format === format) return frame;
    this.#prepare({ width: frame.width, height: frame.height, format: frame.format });
    // One buffer for all pictures, unless an encoder still holds it: what is freed picture by picture piles up.
    const scaled = this.#frame ?? this.#allocate();
    FFmpegError.throwIfError(scaled.makeWritable(), "picture buffer");
    FFmpegError.throwIfError(this.#context!.scaleFrameSync(scaled, frame), "scale");
    return scaled;
  }

  close(): void {
    this.#frame?.free();
    this.#frame = undefined;
    this.#context?.freeContext();
    this.#context = undefined;
  }

  #allocate(): Frame {
    const frame = new Frame();
    frame.alloc();
    this.#frame = frame;
    frame.width = this.#size.width;
    frame.height = this.#size.height;
    frame.format = this.#format;
    FFmpegError.throwIfError(frame.getBuffer(), "picture buffer");
    return frame;
  }

  #prepare(source: Source): void {
    const known = this.#source;
    if (
      this.#context !== undefined &&
      known.width === source.width &&
      known.height === source.height &&
      known.format === source.format
    ) {
      return;
    }
    this.#context?.freeContext();
    this.#context = new SoftwareScaleContext();
    this.#context.getContext(
      source.width,
      source.height,
      source.format as AVPixelFormat,
      this.#size.width,
      this.#size.height,
      this.#format,
      SWS_BILINEAR,
    );
    this.#source = source;
  }
}

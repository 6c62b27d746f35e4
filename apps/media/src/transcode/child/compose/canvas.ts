import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { FFmpegError, Frame } from "node-av/lib";

/** A rectangle of pixels: even numbers, as 4:2:0 has it. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A colour in limited range, as pictures of cameras are. */
export interface Yuv {
  y: number;
  u: number;
  v: number;
}

/** A picture in memory (planar, 4:2:0) on which others are put. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #frame = new Frame();

  constructor({ width, height }: { width: number; height: number }) {
    this.width = width;
    this.height = height;
    this.#frame.alloc();
    this.#frame.width = width;
    this.#frame.height = height;
    this.#frame.format = AV_PIX_FMT_YUV420P;
    FFmpegError.throwIfError(this.#frame.getBuffer(), "picture buffer");
  }

  /** The picture as it is; valid until it is drawn on again. */
  get frame(): Frame {
    return this.#frame;
  }

  /** Before anything is drawn: what an encoder still holds is not drawn on. */
  begin(): void {
    FFmpegError.throwIfError(this.#frame.makeWritable(), "picture buffer");
  }

  fill({ y, u, v }: Yuv): void {
    const [luma, cb, cr] = this.#frame.data!;
    luma!.fill(y);
    cb!.fill(u);
    cr!.fill(v);
  }

  /** Puts the middle of a picture of the same format into a rectangle; the picture is at least as large. */
  put(picture: Frame, rect: Rect): void {
    const left = evenBelow((picture.width - rect.width) / 2);
    const top = evenBelow((picture.height - rect.height) / 2);
    const [from, to] = [picture.data!, this.#frame.data!];
    for (const plane of [0, 1, 2]) {
      const half = plane === 0 ? 1 : 2;
      const [source, target] = [from[plane]!, to[plane]!];
      const [sourceStride, targetStride] = [picture.linesize[plane]!, this.#frame.linesize[plane]!];
      const width = rect.width / half;
      let at = (top / half) * sourceStride + left / half;
      let into = (rect.y / half) * targetStride + rect.x / half;
      for (let row = rect.height / half; row > 0; row -= 1) {
        source.copy(target, into, at, at + width);
        at += sourceStride;
        into += targetStride;
      }
    }
  }

  close(): void {
    this.#frame.free();
  }
}

function evenBelow(length: number): number {
  return 2 * Math.floor(length / 2);
}

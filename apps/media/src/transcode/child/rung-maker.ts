import type { PictureSize } from "@sameroom/protocol";
import type { Frame } from "node-av/lib";
import type { H264Encoder as EncoderName, Rung } from "../messages.ts";
import { rungSize } from "../rung-size.ts";
import { H264Encoder, type H264Picture, pixelFormatOf } from "./h264-encoder.ts";
import { Scaler } from "./scaler.ts";

export interface RungMakerOptions {
  encoder: EncoderName;
  threads: number;
  /** Of x264; default `veryfast`. */
  preset?: "veryfast" | "superfast";
}

/** Scales and encodes one rung. Its size stays while the source keeps its shape: players see no other format then. */
export class RungMaker {
  readonly rung: Rung;
  readonly #options: RungMakerOptions;
  #size: PictureSize | undefined;
  #scaler: Scaler | undefined;
  #encoder: H264Encoder | undefined;

  constructor(rung: Rung, options: RungMakerOptions) {
    this.rung = rung;
    this.#options = options;
  }

  /**
   * Encodes a picture; the scaled one, valid until the next call. Nothing comes before the first keyframe of an
   * encoder, so a source that changes its shape does so on a keyframe or waits for one.
   */
  make(frame: Frame, keyframe: boolean, micros: number, use: (picture: H264Picture) => void): Frame {
    if (this.#size === undefined || !haveSameShape(this.#size, frame)) this.#setUp(frame);
    const scaled = this.#scaler!.scale(frame);
    this.#encoder!.encode(scaled, keyframe, micros, use);
    return scaled;
  }

  close(): void {
    this.#scaler?.close();
    this.#encoder?.close();
    this.#scaler = undefined;
    this.#encoder = undefined;
  }

  #setUp(source: PictureSize): void {
    this.close();
    const size = rungSize(source, this.rung.height);
    this.#encoder = H264Encoder.openOrX264({ ...size, ...this.#options, bitrate: this.rung.bitrate });
    this.#scaler = new Scaler(size, pixelFormatOf(this.#encoder.name));
    this.#size = size;
  }
}

/** As nearly as even numbers allow: within 2 %. */
function haveSameShape(one: PictureSize, other: PictureSize): boolean {
  const ratio = (one.width * other.height) / (one.height * other.width);
  return ratio > 0.98 && ratio < 1.02;
}

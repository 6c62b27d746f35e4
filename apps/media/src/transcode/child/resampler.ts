import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_OPT_SEARCH_CHILDREN,
  AV_SAMPLE_FMT_FLTP,
} from "node-av/constants";
import { type ChannelLayout, FFmpegError, Option, SoftwareResampleContext } from "node-av/lib";
import type { Sound } from "./sound-decoder.ts";

export interface ResamplerOptions {
  /** What comes in. */
  source: Pick<Sound, "sampleRate" | "layout">;
  /** Hz, of what goes out. */
  sampleRate: number;
  channels: 1 | 2;
}

/** A change of speed is set for so many samples that go out, and again before they are over. */
const compensationSamples = 48_000;

/** Sound of any rate and number of channels to another; its speed can be trimmed without a sound. */
export class Resampler {
  readonly #context = new SoftwareResampleContext();
  readonly #options: ResamplerOptions;

  constructor(options: ResamplerOptions) {
    const { source, sampleRate, channels } = options;
    this.#options = options;
    const layout = channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    const result = this.#context.allocSetOpts2(
      ...([layout, AV_SAMPLE_FMT_FLTP, sampleRate] as const),
      ...([source.layout, AV_SAMPLE_FMT_FLTP, source.sampleRate] as const),
    );
    try {
      FFmpegError.throwIfError(result, "resampler");
      // Even where both rates are the same: a resampler that is put in later makes a click.
      FFmpegError.throwIfError(
        Option.set(this.#context.getNative(), "flags", "+res", AV_OPT_SEARCH_CHILDREN),
        "resampler flags",
      );
      FFmpegError.throwIfError(this.#context.init(), "resampler");
    } catch (error) {
      this.#context.free();
      throw error;
    }
  }

  /** Samples that went in and have not come out, at the rate that goes out; a part of one counts. */
  get delay(): number {
    const resolution = 16;
    return Number(this.#context.getDelay(BigInt(this.#options.sampleRate * resolution))) / resolution;
  }

  /** Whether sound of this shape can go in. */
  fits({ sampleRate, layout }: Pick<Sound, "sampleRate" | "layout">): boolean {
    const { source } = this.#options;
    return sampleRate === source.sampleRate && sameLayout(layout, source.layout);
  }

  /** From now on `share` more samples come out than the rates say: 0.001 is 0.1 %, slower by as much; negative: faster. */
  stretch(share: number): void {
    const samples = Math.round(share * compensationSamples);
    FFmpegError.throwIfError(this.#context.setCompensation(samples, compensationSamples), "stretch sound");
  }

  /** What comes out of these samples, one plane for each channel. */
  convert(planes: readonly Float32Array[]): Float32Array[] {
    const samples = planes[0]?.length ?? 0;
    const input = planes.map((plane) => Buffer.from(plane.buffer, plane.byteOffset, plane.byteLength));
    return this.#convert(input, samples);
  }

  /** What is still inside; nothing goes in after it. */
  flush(): Float32Array[] {
    return this.#convert(null, 0);
  }

  close(): void {
    this.#context.free();
  }

  #convert(input: Buffer[] | null, samples: number): Float32Array[] {
    const { channels } = this.#options;
    const room = this.#context.getOutSamples(samples);
    FFmpegError.throwIfError(room, "resampler");
    const output = Array.from({ length: channels }, () => new Float32Array(Math.max(1, room)));
    const buffers = output.map((plane) => Buffer.from(plane.buffer));
    const made = this.#context.convertSync(buffers, Math.max(1, room), input, samples);
    FFmpegError.throwIfError(made, "resample");
    return output.map((plane) => plane.subarray(0, made));
  }
}

function sameLayout(one: ChannelLayout, other: ChannelLayout): boolean {
  return one.nbChannels === other.nbChannels && one.order === other.order && one.mask === other.mask;
}

import type { AudioFormat } from "@sameroom/protocol";
import { opusRate } from "./opus-encoder.ts";
import { SoundDecoder } from "./sound-decoder.ts";
import { SoundEncoder } from "./sound-encoder.ts";

/** One file of Opus. Times in ticks of 48,000 a second. */
export interface OpusSegment {
  out: string;
  format: AudioFormat;
  packets: readonly { tick: number; samples: number; data: Uint8Array }[];
}

/** What belongs into one file of AAC. */
export interface AacSegment {
  out: string;
  frames: { tick: number; data: Uint8Array }[];
}

/** A hole of up to a second becomes silence, and less than 10 ms is none; ticks. */
const mostSilence = opusRate;
const leastSilence = opusRate / 100;

/** Sound without a break, from Opus to AAC. */
export class AacRun {
  readonly #encoder: SoundEncoder;
  #decoder: SoundDecoder | undefined;
  #format: AudioFormat | undefined;
  /** Tick of the encoder's first sample. */
  #startTick: number | undefined;
  #samples = 0;
  /** Files that may still get frames, and where each ends. */
  readonly #open: (AacSegment & { endTick: number })[] = [];

  constructor(bitrate: number) {
    this.#encoder = new SoundEncoder({ codec: "aac", bitrate, sampleRate: opusRate, channels: 2 });
  }

  /** AudioSpecificConfig, the same of every run of this rate. */
  get configuration(): Uint8Array {
    return this.#encoder.configuration;
  }

  get frameSamples(): number {
    return this.#encoder.frameSize;
  }

  /** Whether sound that begins there belongs to this run. */
  continues(tick: number): boolean {
    return this.#startTick === undefined || Math.abs(tick - this.#tick) <= mostSilence;
  }

  /** Takes the next file; those that are complete now. */
  add({ out, format, packets }: OpusSegment): AacSegment[] {
    if (this.#format !== format) {
      this.#decoder?.close();
      this.#decoder = new SoundDecoder(format);
      this.#format = format;
    }
    const decoder = this.#decoder!;
    const delay = Math.round((decoder.delayMicros * opusRate) / 1_000_000);
    const last = packets.at(-1)!;
    this.#open.push({ out, frames: [], endTick: last.tick + last.samples - delay });
    for (const { tick, samples, data } of packets) {
      this.#startTick ??= tick - delay;
      const hole = tick - delay - this.#tick;
      if (hole >= leastSilence && hole <= mostSilence) this.#encode([new Float32Array(hole)]);
      this.#encode(decoder.decode(data, samples).planes);
    }
    return this.#complete();
  }

  /** Nothing follows: the files that are left. */
  end(): AacSegment[] {
    if (this.#startTick === undefined) return [];
    // What the encoder holds back comes out when something follows.
    this.#encode([new Float32Array(3 * this.frameSamples)]);
    return this.#open.splice(0);
  }

  close(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#encoder.close();
  }

  /** Where the next sample belongs. */
  get #tick(): number {
    return (this.#startTick ?? 0) + this.#samples;
  }

  #encode(planes: readonly Float32Array[]): void {
    this.#samples += planes[0]!.length;
    this.#encoder.encode(planes, ({ position, data }) => {
      // Before the first sample there is nothing but the encoder's own silence.
      if (position < 0) return;
      const tick = this.#startTick! + position;
      // It belongs to the first file that has not ended where it begins; behind the last there is only padding.
      const segment = this.#open.find(({ endTick }) => tick < endTick);
      if (tick >= 0) segment?.frames.push({ tick, data: data.slice() });
    });
  }

  /** Files behind which a frame has begun. */
  #complete(): AacSegment[] {
    const current = this.#open.findLastIndex(({ frames }) => frames.length > 0);
    return current > 0 ? this.#open.splice(0, current) : [];
  }
}

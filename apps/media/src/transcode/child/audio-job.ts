import { aacFormat, type UnitFormat } from "@sameroom/protocol";
import type { WireUnit, Work } from "../messages.ts";
import { SampleTimeline } from "../sample-timeline.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { Resampler } from "./resampler.ts";
import { type Sound, SoundDecoder } from "./sound-decoder.ts";
import { SoundEncoder } from "./sound-encoder.ts";

/** What players get, whatever came, Hz. */
const rate = 48_000;

/** Sound to AAC-LC or MP3, at 48 kHz. Capture times are those of the sound inside, whatever all codecs delay it by. */
export class AudioJob implements StreamJob {
  readonly #codec: "aac" | "mp3";
  readonly #channels: 1 | 2;
  readonly #output: JobOutput;
  readonly #encoder: SoundEncoder;
  readonly #timeline = new SampleTimeline(rate);
  #decoder: SoundDecoder;
  /** Undefined while what comes in has the rate and the channels of what goes out. */
  #resampler: Resampler | undefined;

  constructor(work: Extract<Work, { kind: "audio" }>, output: JobOutput) {
    const { codec, bitrate, input } = work;
    this.#channels = input.channels === 1 ? 1 : 2;
    this.#codec = codec;
    this.#output = output;
    this.#decoder = new SoundDecoder(input);
    try {
      this.#encoder = new SoundEncoder({ codec, bitrate, sampleRate: rate, channels: this.#channels });
    } catch (error) {
      this.#decoder.close();
      throw error;
    }
    if (codec === "mp3") return;
    output.format(codec, aacFormat(this.#encoder.configuration));
  }

  setFormat(format: UnitFormat): void {
    const decoder = new SoundDecoder(format);
    this.#decoder.close();
    this.#decoder = decoder;
  }

  take(unit: WireUnit): void {
    const sound = this.#decoder.decode(unit.data, unit.samples);
    const delayed = unit.captureMicros - this.#decoder.delayMicros;
    const heldMicros = ((this.#resampler?.delay ?? 0) * 1_000_000) / rate;
    const planes = this.#resampled(sound);
    this.#timeline.append(delayed - heldMicros, planes[0]!.length);
    this.#encoder.encode(planes, ({ position, data }) => {
      const captureMicros = this.#timeline.take(position);
      // Before the first sample there is nothing but the encoder's own silence.
      if (captureMicros === undefined) return;
      this.#output.unit(this.#codec, {
        captureMicros,
        compositionMicros: 0,
        keyframe: true,
        samples: this.#encoder.frameSize,
        data,
      });
    });
  }

  /** There is one output only: dropping it is closing the job. */
  drop(): void {}

  close(): void {
    this.#decoder.close();
    this.#encoder.close();
    this.#resampler?.close();
    this.#resampler = undefined;
  }

  /** The encoder itself makes one channel of two, and two of one. */
  #resampled(sound: Sound): Float32Array[] {
    const isPlain = sound.sampleRate === rate && sound.planes.length <= 2;
    if (this.#resampler?.fits(sound) !== true) {
      this.#resampler?.close();
      const wanted = { source: sound, sampleRate: rate, channels: this.#channels };
      this.#resampler = isPlain ? undefined : new Resampler(wanted);
    }
    return this.#resampler?.convert(sound.planes) ?? sound.planes;
  }
}

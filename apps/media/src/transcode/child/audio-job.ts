import { type AudioFormat, aacFormat, type UnitFormat } from "@sameroom/protocol";
import type { WireUnit, Work } from "../messages.ts";
import { SampleTimeline } from "../sample-timeline.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { OpusDecoder, opusRate } from "./opus-decoder.ts";
import { SoundEncoder } from "./sound-encoder.ts";

/** Opus to AAC-LC or MP3, at 48 kHz. Capture times are those of the sound inside, whatever both codecs delay it by. */
export class AudioJob implements StreamJob {
  readonly #codec: "aac" | "mp3";
  readonly #output: JobOutput;
  readonly #encoder: SoundEncoder;
  readonly #timeline = new SampleTimeline(opusRate);
  #decoder: OpusDecoder;

  constructor(work: Extract<Work, { kind: "audio" }>, output: JobOutput) {
    const { codec, bitrate, input } = work;
    const channels = input.channels === 1 ? 1 : 2;
    this.#codec = codec;
    this.#output = output;
    this.#decoder = new OpusDecoder(opusOnly(input));
    try {
      this.#encoder = new SoundEncoder({ codec, bitrate, sampleRate: opusRate, channels });
    } catch (error) {
      this.#decoder.close();
      throw error;
    }
    if (codec === "mp3") return;
    output.format(codec, aacFormat(this.#encoder.configuration));
  }

  setFormat(format: UnitFormat): void {
    const decoder = new OpusDecoder(opusOnly(format));
    this.#decoder.close();
    this.#decoder = decoder;
  }

  take(unit: WireUnit): void {
    const planes = this.#decoder.decode(unit.data, unit.samples);
    const delayMicros = (this.#decoder.preSkip * 1_000_000) / opusRate;
    this.#timeline.append(unit.captureMicros - delayMicros, planes[0]!.length);
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
  }
}

function opusOnly(format: UnitFormat): AudioFormat {
  if (format.kind !== "audio" || format.codec !== "opus") throw new Error(`no decoder for ${format.codecs}`);
  return format;
}

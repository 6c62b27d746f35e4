import { opusFormat, type UnitFormat } from "@sameroom/protocol";
import type { WireUnit, Work } from "../messages.ts";
import { SoundFollower } from "../sound-follower.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { OpusEncoder, opusPacketSamples, opusRate } from "./opus-encoder.ts";
import { Resampler } from "./resampler.ts";
import { SoftSplice } from "./soft-splice.ts";
import { type Sound, SoundDecoder } from "./sound-decoder.ts";

/** Name of the output. */
const name = "opus";

/**
 * Sound to Opus in packets of 20 ms, one behind the other. A packet's capture time is that of what a decoder puts out for
 * it, decoder's and encoder's delays taken off.
 */
export class OpusJob implements StreamJob {
  readonly #output: JobOutput;
  readonly #channels: 1 | 2;
  readonly #encoder: OpusEncoder;
  readonly #follower = new SoundFollower(opusRate);
  readonly #splice: SoftSplice;
  readonly #packet: Float32Array[];
  #filled = 0;
  /** Packets since the follower's start. */
  #packets = 0;
  #decoder: SoundDecoder;
  #resampler: Resampler | undefined;

  constructor({ input, bitrate }: Extract<Work, { kind: "opus" }>, output: JobOutput) {
    const channels = input.channels === 1 ? 1 : 2;
    this.#output = output;
    this.#channels = channels;
    this.#splice = new SoftSplice(channels);
    this.#packet = Array.from({ length: channels }, () => new Float32Array(opusPacketSamples));
    this.#decoder = new SoundDecoder(input);
    try {
      this.#encoder = new OpusEncoder({ channels, bitrate });
    } catch (error) {
      this.#decoder.close();
      throw error;
    }
    output.format(name, opusFormat(channels));
  }

  setFormat(format: UnitFormat): void {
    const decoder = new SoundDecoder(format);
    this.#decoder.close();
    this.#decoder = decoder;
  }

  take(unit: WireUnit): void {
    const sound = this.#decoder.decode(unit.data, unit.samples);
    const resampler = this.#resamplerFor(sound);
    const captureMicros = unit.captureMicros - this.#decoder.delayMicros;
    const step = this.#follower.follow(captureMicros, this.#position(resampler));
    let { planes } = sound;
    if (step.kind === "start") this.#start(captureMicros, resampler);
    else if (step.kind === "silence") this.#silence(step.samples);
    else if (step.kind === "drop") planes = this.#without(step.samples, sound);
    else resampler.stretch(step.stretch);
    if (planes[0]!.length > 0) this.#put(resampler.convert(planes));
  }

  /** There is one output only: dropping it is closing the job. */
  drop(): void {}

  close(): void {
    this.#decoder.close();
    this.#encoder.close();
    this.#resampler?.close();
    this.#resampler = undefined;
  }

  /** Where the next sample would come to lie. */
  #position(resampler: Resampler): number {
    return this.#packets * opusPacketSamples + this.#filled + resampler.delay;
  }

  #resamplerFor(sound: Sound): Resampler {
    const known = this.#resampler;
    if (known?.fits(sound)) return known;
    const resampler = new Resampler({ source: sound, sampleRate: opusRate, channels: this.#channels });
    if (known !== undefined) {
      this.#put(known.flush());
      this.#splice.cut();
      known.close();
    }
    this.#resampler = resampler;
    return resampler;
  }

  /** What is under way is brought to its end, a packet filled up with silence. */
  #start(captureMicros: number, resampler: Resampler): void {
    if (this.#filled > 0) this.#silence(opusPacketSamples - this.#filled);
    this.#packets = 0;
    this.#splice.cut();
    this.#follower.start(captureMicros - (resampler.delay * 1_000_000) / opusRate);
  }

  #silence(samples: number): void {
    this.#splice.cut();
    this.#put(Array.from({ length: this.#channels }, () => new Float32Array(samples)));
    this.#splice.cut();
  }

  /** The sound without its first `samples`, counted at 48 kHz. */
  #without(samples: number, { planes, sampleRate }: Sound): Float32Array[] {
    this.#splice.cut();
    const count = Math.round((samples * sampleRate) / opusRate);
    return planes.map((plane) => plane.subarray(count));
  }

  #put(planes: readonly Float32Array[]): void {
    this.#splice.join(planes);
    const samples = planes[0]!.length;
    for (let at = 0; at < samples; ) {
      const count = Math.min(samples - at, opusPacketSamples - this.#filled);
      for (const [channel, target] of this.#packet.entries()) {
        target.set(planes[channel]!.subarray(at, at + count), this.#filled);
      }
      this.#filled += count;
      at += count;
      if (this.#filled === opusPacketSamples) this.#encode();
    }
  }

  #encode(): void {
    const position = this.#packets * opusPacketSamples - this.#encoder.delay;
    this.#packets += 1;
    this.#filled = 0;
    const data = this.#encoder.encode(this.#packet);
    if (data === undefined) return;
    const captureMicros = this.#follower.microsAt(position);
    const timing = { captureMicros, compositionMicros: 0, keyframe: true, samples: opusPacketSamples };
    this.#output.unit(name, { ...timing, data });
  }
}

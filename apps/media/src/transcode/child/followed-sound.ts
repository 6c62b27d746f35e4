import type { AudioFormat, UnitFormat } from "@sameroom/protocol";
import type { WireUnit } from "../messages.ts";
import { SoundFollower } from "../sound-follower.ts";
import { opusRate } from "./opus-encoder.ts";
import { Resampler } from "./resampler.ts";
import { SoftSplice } from "./soft-splice.ts";
import { type Sound, SoundDecoder } from "./sound-decoder.ts";

/** Where followed sound goes. */
export interface FollowedSoundSink {
  /** Samples of silence to end what came with, before sound begins anew. */
  remainder(): number;
  /** What comes next begins anew, at {@link FollowedSound.microsAt} 0. */
  restart(): void;
  /** The next samples, one plane for each channel, valid during the call. */
  append(planes: readonly Float32Array[]): void;
}

/**
 * Sound of any codec and rate at 48 kHz, sample behind sample, kept with the times it was captured at: see {@link SoundFollower}. Delays of
 * decoder and resampler are taken off.
 */
export class FollowedSound {
  readonly #channels: 1 | 2;
  readonly #sink: FollowedSoundSink;
  readonly #follower = new SoundFollower(opusRate);
  readonly #splice: SoftSplice;
  /** Samples since the start. */
  #appended = 0;
  #decoder: SoundDecoder;
  #resampler: Resampler | undefined;

  constructor(input: AudioFormat, channels: 1 | 2, sink: FollowedSoundSink) {
    this.#channels = channels;
    this.#sink = sink;
    this.#splice = new SoftSplice(channels);
    this.#decoder = new SoundDecoder(input);
  }

  /** When sample number `position` since the last restart was captured, µs. */
  microsAt(position: number): number {
    return this.#follower.microsAt(position);
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
    const step = this.#follower.follow(captureMicros, this.#appended + resampler.delay);
    let { planes } = sound;
    if (step.kind === "start") this.#start(captureMicros, resampler);
    else if (step.kind === "silence") this.#silence(step.samples);
    else if (step.kind === "drop") planes = this.#without(step.samples, sound);
    else resampler.stretch(step.stretch);
    if (planes[0]!.length > 0) this.#put(resampler.convert(planes));
  }

  close(): void {
    this.#decoder.close();
    this.#resampler?.close();
    this.#resampler = undefined;
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

  #start(captureMicros: number, resampler: Resampler): void {
    const remainder = this.#appended === 0 ? 0 : this.#sink.remainder();
    if (remainder > 0) this.#silence(remainder);
    this.#sink.restart();
    this.#appended = 0;
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
    this.#appended += planes[0]!.length;
    this.#sink.append(planes);
  }
}

import { opusFormat, type UnitFormat } from "@sameroom/protocol";
import type { WireUnit, Work } from "../messages.ts";
import { FollowedSound, type FollowedSoundSink } from "./followed-sound.ts";
import type { JobOutput, StreamJob } from "./job.ts";
import { OpusEncoder, opusPacketSamples } from "./opus-encoder.ts";

/** Name of the output. */
const name = "opus";

/**
 * Sound to Opus in packets of 20 ms, one behind the other. A packet's capture time is that of what a decoder puts out for
 * it, decoder's and encoder's delays taken off.
 */
export class OpusJob implements StreamJob, FollowedSoundSink {
  readonly #output: JobOutput;
  readonly #encoder: OpusEncoder;
  readonly #sound: FollowedSound;
  readonly #packet: Float32Array[];
  #filled = 0;
  /** Packets since the sound's start. */
  #packets = 0;

  constructor({ input, bitrate }: Extract<Work, { kind: "opus" }>, output: JobOutput) {
    const channels = input.channels === 1 ? 1 : 2;
    this.#output = output;
    this.#packet = Array.from({ length: channels }, () => new Float32Array(opusPacketSamples));
    this.#sound = new FollowedSound(input, channels, this);
    try {
      this.#encoder = new OpusEncoder({ channels, bitrate });
    } catch (error) {
      this.#sound.close();
      throw error;
    }
    output.format(name, opusFormat(channels));
  }

  setFormat(format: UnitFormat): void {
    this.#sound.setFormat(format);
  }

  take(unit: WireUnit): void {
    this.#sound.take(unit);
  }

  /** There is one output only: dropping it is closing the job. */
  drop(): void {}

  close(): void {
    this.#sound.close();
    this.#encoder.close();
  }

  /** A packet that is under way is filled up. */
  remainder(): number {
    return this.#filled === 0 ? 0 : opusPacketSamples - this.#filled;
  }

  restart(): void {
    this.#packets = 0;
  }

  append(planes: readonly Float32Array[]): void {
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
    const captureMicros = this.#sound.microsAt(position);
    const timing = { captureMicros, compositionMicros: 0, keyframe: true, samples: opusPacketSamples };
    this.#output.unit(name, { data, ...timing });
  }
}

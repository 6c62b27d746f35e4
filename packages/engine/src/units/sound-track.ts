import { type AudioFormat, opusFormat, opusSamples, type RtpFrame, timestampDelta } from "@sameroom/protocol";
import { LEAST_OPUS_SAMPLES, opusSilence } from "./opus-silence.ts";

/** A packet of sound in its place: right behind the one before. */
export interface SoundPacket {
  timestamp: number;
  samples: number;
  data: Uint8Array;
}

/** Steps of the timestamp that are larger begin a new stretch. */
const MOST_SILENCE_SAMPLES = 5 * 48_000;

/** Sound without holes: what is missing becomes silence (losses, DTX, a microphone that rests), what comes too late is left out. */
export class SoundTrack {
  readonly format: AudioFormat = opusFormat(2);
  /** Timestamp behind the last packet. */
  #next: number | undefined;
  /** Samples of silence since the last packet that was none. */
  #silent = 0;

  /** The frame and the silence before it. */
  *take(frame: RtpFrame): Generator<SoundPacket> {
    const samples = opusSamples(frame.data);
    if (samples === 0) return;
    const missing = this.#next === undefined ? 0 : timestampDelta(frame.timestamp, this.#next);
    const isNew = Math.abs(missing) > MOST_SILENCE_SAMPLES;
    if (!isNew && missing < -samples / 2) return;
    if (!isNew && missing >= LEAST_OPUS_SAMPLES) yield* this.#silence(missing);
    this.#silent = 0;
    // A step of less than the shortest frame is a rounding of the sender's.
    const timestamp = isNew || this.#next === undefined ? frame.timestamp : this.#next;
    this.#next = (timestamp + samples) >>> 0;
    yield { timestamp, samples, data: frame.data };
  }

  /** The next frame begins a new stretch, whatever its timestamp is. */
  restart(): void {
    this.#next = undefined;
    this.#silent = 0;
  }

  /** Silence for `samples` that should have come by now; a sender that rests for more than five seconds gets no more. */
  *rest(samples: number): Generator<SoundPacket> {
    if (this.#next === undefined) return;
    const room = MOST_SILENCE_SAMPLES - this.#silent;
    const whole = Math.floor(Math.min(samples, room) / 960) * 960;
    this.#silent += Math.max(0, whole);
    yield* this.#silence(whole);
  }

  *#silence(missing: number): Generator<SoundPacket> {
    for (const { samples, data } of opusSilence(missing)) {
      const timestamp = this.#next!;
      this.#next = (timestamp + samples) >>> 0;
      yield { timestamp, samples, data };
    }
  }
}

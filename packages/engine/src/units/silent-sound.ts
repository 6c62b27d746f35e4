import { type AccessUnit, opusFormat } from "@sameroom/protocol";
import { opusSilence } from "./opus-silence.ts";

/** Sound that has not come for so long is not waited for, µs: sooner than its players would be told of gaps. */
const PATIENCE_MICROS = 700_000;
/** Silence ends so far behind the picture: sound that begins has its place there, µs. */
const BEHIND_MICROS = 200_000;
/** What is longer is no hole, but another stretch of time, µs. */
const MOST_MICROS = 3_000_000;
const PACKET_SAMPLES = 960;
const PACKET_MICROS = 20_000;

/**
 * Silence beside a picture while its sound does not come, since players read once what a show has: a microphone that is off at first would
 * never be heard, and who goes back to before it was on would stand still (ADR 0062). Times of calls on any one clock, µs; those of units are
 * capture times. Silence is made for pictures only.
 */
export class SilentSound {
  readonly #format = opusFormat(2);
  /** When sound came last, or the first picture did. */
  #sinceMicros: number | undefined;
  /** Capture time of the newest picture, and of what is behind all sound there is. */
  #pictureMicros = Number.NEGATIVE_INFINITY;
  #endMicros: number | undefined;

  /** A picture came. */
  picture({ captureMicros }: AccessUnit, nowMicros: number): void {
    this.#sinceMicros ??= nowMicros;
    this.#endMicros ??= captureMicros;
    this.#pictureMicros = captureMicros;
  }

  /** Sound came. */
  sound({ captureMicros, samples }: AccessUnit, nowMicros: number): void {
    this.#sinceMicros = nowMicros;
    const endMicros = captureMicros + (samples / PACKET_SAMPLES) * PACKET_MICROS;
    this.#endMicros = Math.max(this.#endMicros ?? endMicros, endMicros);
  }

  /** The silence that is due. */
  *due(nowMicros: number): Generator<AccessUnit> {
    if (this.#sinceMicros === undefined || nowMicros - this.#sinceMicros < PATIENCE_MICROS) return;
    const untilMicros = this.#pictureMicros - BEHIND_MICROS;
    const missingMicros = untilMicros - this.#endMicros!;
    if (Math.abs(missingMicros) > MOST_MICROS) this.#endMicros = untilMicros;
    const missing = Math.floor((untilMicros - this.#endMicros!) / PACKET_MICROS) * PACKET_SAMPLES;
    for (const { samples, data } of opusSilence(missing)) {
      const captureMicros = this.#endMicros!;
      this.#endMicros = captureMicros + PACKET_MICROS;
      yield { format: this.#format, captureMicros, compositionMicros: 0, keyframe: true, samples, data };
    }
  }
}

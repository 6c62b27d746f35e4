import type { AccessUnit, AudioFormat } from "@sameroom/protocol";
import { silentPacket } from "./silent-packet.ts";

/** Sound that has not come for so long is not waited for, µs: sooner than its players would be told of gaps. */
const PATIENCE_MICROS = 700_000;
/** Silence ends so far behind the picture: sound that begins has its place there, µs. */
const BEHIND_MICROS = 200_000;
/** What is longer is no hole, but another stretch of time, µs. */
const MOST_MICROS = 3_000_000;

const NONE: readonly AccessUnit[] = [];

/**
 * Silence beside a picture while its sound does not come, since players read once what a show has, and stand still where one of two goes
 * on: a microphone that is off at first would never be heard, and who goes back to before it was on would see nothing (ADR 0062). Times of
 * calls on any one clock, µs; those of units are capture times. Silence is made for pictures only.
 */
export class SilentSound {
  readonly #expected: () => AudioFormat | undefined;
  #format: AudioFormat | undefined;
  /** When sound came last, or the first picture did; undefined: since the last look. */
  #sinceMicros: number | undefined;
  /** Capture time of the newest picture, and of what is behind all sound there is. */
  #pictureMicros: number | undefined;
  #endMicros: number | undefined;

  /** `expected`: format of the silence before any sound has come, which tells its own; asked once, when it is due. Undefined: there is none. */
  constructor(expected: () => AudioFormat | undefined) {
    this.#expected = expected;
  }

  /** A picture, or sound, came. */
  take({ format, captureMicros, samples }: AccessUnit): void {
    if (format.kind === "video") {
      this.#endMicros ??= captureMicros;
      this.#pictureMicros = captureMicros;
      return;
    }
    this.#format = format;
    this.#sinceMicros = undefined;
    const endMicros = captureMicros + (samples * 1e6) / format.sampleRate;
    this.#endMicros = Math.max(this.#endMicros ?? endMicros, endMicros);
  }

  /** The silence that is due. Every few milliseconds. */
  due(nowMicros: number): readonly AccessUnit[] {
    if (this.#pictureMicros === undefined) return NONE;
    this.#sinceMicros ??= nowMicros;
    if (nowMicros - this.#sinceMicros < PATIENCE_MICROS) return NONE;
    this.#format ??= this.#expected();
    const format = this.#format;
    const packet = format && silentPacket(format);
    if (packet === undefined) return NONE;
    const units: AccessUnit[] = [];
    const packetMicros = (packet.samples * 1e6) / format!.sampleRate;
    const untilMicros = this.#pictureMicros - BEHIND_MICROS;
    if (Math.abs(untilMicros - this.#endMicros!) > MOST_MICROS) this.#endMicros = untilMicros;
    const missing = Math.floor((untilMicros - this.#endMicros!) / packetMicros);
    for (let left = missing; left > 0 && left <= MOST_MICROS / packetMicros; left -= 1) {
      const captureMicros = Math.round(this.#endMicros!);
      this.#endMicros! += packetMicros;
      units.push({ format: format!, captureMicros, compositionMicros: 0, keyframe: true, ...packet });
    }
    return units;
  }
}

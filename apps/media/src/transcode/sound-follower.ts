/**
 * What is to be done before sound is put behind what came before. `start`: it begins anew, at its own capture time;
 * `silence`: so many samples are missing; `drop`: so many of it are too many; `play`: at this speed, see {@link SoundFollower}.
 */
export type FollowStep =
  | { kind: "start" }
  | { kind: "silence"; samples: number }
  | { kind: "drop"; samples: number }
  | { kind: "play"; stretch: number };

/** More than this is no clock that runs fast or slow, and no timestamp that trembles: sound is missing, ms. */
const gapMs = 40;
/** A hole longer than this is left to whoever plays it: nobody waits for silence that is over, ms. */
const restartMs = 1000;
/** Nobody hears it: less than a tenth of a semitone. */
const mostStretch = 0.005;
/** Time in which an error would be gone if the speed stayed, s. */
const correctionSeconds = 5;
/** How long timestamps are averaged, ms: those of RTMP and Matroska are rounded to milliseconds. */
const averageMs = 1000;

/**
 * Keeps sound, as it is counted in samples, with the times it was captured at: the sender's sound card runs by its own
 * clock, for hours. Small errors are stretched away, larger ones are silence or left out.
 */
export class SoundFollower {
  readonly #sampleRate: number;
  #anchorMicros: number | undefined;
  #errorMs = 0;
  #lastMicros = 0;

  /** `sampleRate`: of what comes out, Hz. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** When sample number `position` is to be heard, µs. */
  microsAt(position: number): number {
    return Math.round((this.#anchorMicros ?? 0) + (position * 1_000_000) / this.#sampleRate);
  }

  /** From now on position 0 is at `captureMicros`. */
  start(captureMicros: number): void {
    this.#anchorMicros = captureMicros;
    this.#errorMs = 0;
    this.#lastMicros = captureMicros;
  }

  /** Asks about sound that was captured at `captureMicros` and would come to lie at `position`, in samples since the start. */
  follow(captureMicros: number, position: number): FollowStep {
    if (this.#anchorMicros === undefined) return { kind: "start" };
    const desired = ((captureMicros - this.#anchorMicros) * this.#sampleRate) / 1_000_000;
    const samples = Math.round(desired - position);
    const errorMs = ((desired - position) * 1000) / this.#sampleRate;
    if (Math.abs(errorMs) > restartMs) return { kind: "start" };
    const elapsedMs = Math.max(0, captureMicros - this.#lastMicros) / 1000;
    this.#lastMicros = captureMicros;
    if (Math.abs(errorMs) > gapMs) {
      this.#errorMs = 0;
      return errorMs > 0 ? { kind: "silence", samples } : { kind: "drop", samples: -samples };
    }
    this.#errorMs += (errorMs - this.#errorMs) * Math.min(1, elapsedMs / averageMs);
    const wanted = this.#errorMs / 1000 / correctionSeconds;
    return { kind: "play", stretch: Math.max(-mostStretch, Math.min(mostStretch, wanted)) };
  }
}

export interface SenderClockOptions {
  /** Offsets are the least seen in a window of this length, ms; default 10_000. */
  windowMs?: number;
  /** A sender's clock that moves back by more than this, and stays there, is taken over at once, ms; default 500. */
  jumpMs?: number;
}

interface Sample {
  atMs: number;
  offsetMicros: number;
}

/** This many late reports in a row are a clock that was set back, fewer are a queue that filled up. */
const JUMP_REPORTS = 3;

/**
 * Maps the clock of one publisher (the NTP time of its sender reports) to ours. The least difference between arrival
 * and sending time in a window is the path with the least queueing; half the round trip is taken off it. All streams of
 * a publisher share one mapping, so audio and video keep their distance exactly (DESIGN 4.4).
 */
export class SenderClock {
  readonly #windowMs: number;
  readonly #jumpMicros: number;
  #samples: Sample[] = [];
  #late: Sample[] = [];
  #roundTripMicros = 0;

  constructor(options: SenderClockOptions = {}) {
    this.#windowMs = options.windowMs ?? 10_000;
    this.#jumpMicros = (options.jumpMs ?? 500) * 1000;
  }

  /** What is added to the sender's time to get ours, µs; undefined before the first report. */
  get offsetMicros(): number | undefined {
    const least = this.#least();
    return least === undefined ? undefined : least - this.#roundTripMicros / 2;
  }

  /** Round trip to the publisher as last measured, ms. */
  roundTrip(roundTripMs: number): void {
    this.#roundTripMicros = Math.max(0, roundTripMs) * 1000;
  }

  /** A sender report with NTP time `sentUnixMicros` came at `arrivalUnixMicros` on our clock. */
  senderReport(sentUnixMicros: number, arrivalUnixMicros: number): void {
    const sample = { atMs: arrivalUnixMicros / 1000, offsetMicros: arrivalUnixMicros - sentUnixMicros };
    const least = this.#least();
    if (least !== undefined && sample.offsetMicros - least > this.#jumpMicros) {
      this.#late.push(sample);
      if (this.#late.length < JUMP_REPORTS) return;
      this.#samples = this.#late;
      this.#late = [];
      return;
    }
    this.#late = [];
    this.#samples = this.#samples.filter(
      ({ atMs }) => sample.atMs - atMs < this.#windowMs && atMs <= sample.atMs,
    );
    this.#samples.push(sample);
  }

  /** Our time (unix µs) of a moment on the sender's clock, or undefined before the first report. */
  toNode(senderUnixMicros: number): number | undefined {
    const offset = this.offsetMicros;
    return offset === undefined ? undefined : senderUnixMicros + offset;
  }

  #least(): number | undefined {
    let least: number | undefined;
    for (const { offsetMicros } of this.#samples) {
      if (least === undefined || offsetMicros < least) least = offsetMicros;
    }
    return least;
  }
}

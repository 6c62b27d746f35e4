export interface SenderClockOptions {
  /** Offsets are the least seen in a window of this length, ms; default 10_000. */
  windowMs?: number;
  /** A sender's clock that moves by more than this is taken over at once, ms; default 500. */
  jumpMs?: number;
}

interface Sample {
  atMs: number;
  offsetMicros: number;
}

/**
 * Maps the clock of one publisher (the NTP time of its sender reports) to ours. The least difference between arrival
 * and sending time in a window is the path with the least queueing; half the round trip is taken off it. All streams of
 * a publisher share one mapping, so audio and video keep their distance exactly (DESIGN 4.4).
 */
export class SenderClock {
  readonly #windowMs: number;
  readonly #jumpMicros: number;
  #samples: Sample[] = [];
  #roundTripMicros = 0;

  constructor(options: SenderClockOptions = {}) {
    this.#windowMs = options.windowMs ?? 10_000;
    this.#jumpMicros = (options.jumpMs ?? 500) * 1000;
  }

  /** Round trip to the publisher as last measured, ms. */
  roundTrip(roundTripMs: number): void {
    this.#roundTripMicros = Math.max(0, roundTripMs) * 1000;
  }

  /** A sender report with NTP time `sentUnixMicros` came at `arrivalUnixMicros` on our clock. */
  senderReport(sentUnixMicros: number, arrivalUnixMicros: number): void {
    const atMs = arrivalUnixMicros / 1000;
    const offsetMicros = arrivalUnixMicros - sentUnixMicros;
    const least = this.#least();
    const jumped = least !== undefined && Math.abs(offsetMicros - least) > this.#jumpMicros;
    if (jumped) this.#samples = [];
    this.#samples = this.#samples.filter(
      (sample) => atMs - sample.atMs < this.#windowMs && sample.atMs <= atMs,
    );
    this.#samples.push({ atMs, offsetMicros });
  }

  /** Our time (unix µs) of a moment on the sender's clock, or undefined before the first report. */
  toNode(senderUnixMicros: number): number | undefined {
    const least = this.#least();
    if (least === undefined) return undefined;
    return senderUnixMicros + least - this.#roundTripMicros / 2;
  }

  #least(): number | undefined {
    let least: number | undefined;
    for (const { offsetMicros } of this.#samples) {
      if (least === undefined || offsetMicros < least) least = offsetMicros;
    }
    return least;
  }
}

export interface RateBudgetOptions {
  bytesPerSecond: number;
  /** What may come at once. */
  burstBytes: number;
}

/** How long to wait with an acknowledgement so that a sender keeps to a rate. Time in monotonic ms. */
export class RateBudget {
  readonly #options: RateBudgetOptions;
  /** When what came so far would have come at the rate. */
  #paidMs = Number.NEGATIVE_INFINITY;

  constructor(options: RateBudgetOptions) {
    this.#options = options;
  }

  /** Milliseconds to wait after these bytes; mostly 0. */
  take(bytes: number, nowMs: number): number {
    const { bytesPerSecond, burstBytes } = this.#options;
    this.#paidMs = Math.max(this.#paidMs, nowMs) + (bytes * 1000) / bytesPerSecond;
    return Math.max(0, this.#paidMs - nowMs - (burstBytes * 1000) / bytesPerSecond);
  }
}

export interface ResendBudgetOptions {
  /** Packets a viewer may have resent per second on average; default 300. */
  packetsPerSecond?: number;
  /** How many of them at once; default 150. */
  burst?: number;
}

/** What a viewer may ask us to send again: a token bucket, so that NACKs cannot be used to multiply traffic. */
export class ResendBudget {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number | undefined;

  constructor(options: ResendBudgetOptions = {}) {
    this.#rate = (options.packetsPerSecond ?? 300) / 1000;
    this.#burst = options.burst ?? 150;
    this.#tokens = this.#burst;
  }

  /** How many of `wanted` packets may be resent now; takes them from the budget. */
  take(wanted: number, nowMs: number): number {
    const elapsed = nowMs - (this.#atMs ?? nowMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, elapsed) * this.#rate);
    const granted = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= granted;
    return granted;
  }
}

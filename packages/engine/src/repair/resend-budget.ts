export interface ResendBudgetOptions {
  /** Share of the packets sent that may be sent again; default 0.25. */
  share?: number;
  /** Packets that may be sent again at once, and at the start; default 100. */
  burst?: number;
}

/**
 * What a viewer may ask us to send again: a share of what was sent to them, so that NACKs cannot be used to multiply
 * traffic, whatever they name.
 */
export class ResendBudget {
  readonly #share: number;
  readonly #burst: number;
  #tokens: number;
  #sentBefore: number | undefined;

  constructor(options: ResendBudgetOptions = {}) {
    this.#share = options.share ?? 0.25;
    this.#burst = options.burst ?? 100;
    this.#tokens = this.#burst;
  }

  /** How many of `wanted` packets may be resent now; takes them. `sentPackets` counts what was sent so far, without repairs. */
  take(wanted: number, sentPackets: number): number {
    const sent = Math.max(0, sentPackets - (this.#sentBefore ?? sentPackets));
    this.#sentBefore = sentPackets;
    this.#tokens = Math.min(this.#burst, this.#tokens + sent * this.#share);
    const granted = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= granted;
    return granted;
  }
}

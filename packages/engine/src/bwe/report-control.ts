const GROWTH_PER_SECOND = 1.08;
const LOW_LOSS = 0.02;
const HIGH_LOSS = 0.1;
/** Reports come about once a second; a reaction to loss waits for its effect. */
const DECREASE_PAUSE_MS = 300;
/** A REMB older than this says nothing. */
const REMB_LIFETIME_MS = 10_000;

/**
 * For peers that send no transport-wide feedback: their REMB (draft-alvestrand-rmcat-remb-03) is the estimate, lowered by
 * the loss in receiver reports as in draft-ietf-rmcat-gcc-02 section 6; without a REMB, loss alone decides.
 */
export class ReportControl {
  #rateBps: number;
  #rembBps: number | undefined;
  #rembAtMs = 0;
  #updatedMs = Number.NaN;
  #decreasedMs = Number.NEGATIVE_INFINITY;

  constructor(startBps: number) {
    this.#rateBps = startBps;
  }

  get rateBps(): number {
    return this.#rateBps;
  }

  /** REMB lately, or infinity. */
  cap(nowMs: number): number {
    return this.#rembBps === undefined || nowMs - this.#rembAtMs > REMB_LIFETIME_MS
      ? Number.POSITIVE_INFINITY
      : this.#rembBps;
  }

  /** Takes a REMB; it is the rate, unless losses keep the rate lower. */
  onRemb(nowMs: number, bps: number, lossRatio: number): void {
    this.#rembBps = bps;
    this.#rembAtMs = nowMs;
    if (lossRatio < LOW_LOSS || bps < this.#rateBps) this.#rateBps = bps;
  }

  /** Takes the loss of a receiver report; without a REMB the rate grows up to `usefulBps`. */
  onLoss(nowMs: number, lossRatio: number, options: { roundTripMs: number; usefulBps: number }): void {
    const elapsedMs = Number.isNaN(this.#updatedMs)
      ? 0
      : Math.max(0, Math.min(1000, nowMs - this.#updatedMs));
    this.#updatedMs = nowMs;
    if (lossRatio < LOW_LOSS) {
      const grown = this.#rateBps * GROWTH_PER_SECOND ** (elapsedMs / 1000) + elapsedMs;
      const limit = Math.min(this.cap(nowMs), Math.max(this.#rateBps, options.usefulBps));
      this.#rateBps = Math.min(grown, limit);
    } else if (
      lossRatio > HIGH_LOSS &&
      nowMs - this.#decreasedMs >= DECREASE_PAUSE_MS + options.roundTripMs
    ) {
      this.#rateBps *= 1 - 0.5 * lossRatio;
      this.#decreasedMs = nowMs;
    }
  }

  /** Starts from here when it takes over. */
  set(rateBps: number): void {
    this.#rateBps = rateBps;
  }
}

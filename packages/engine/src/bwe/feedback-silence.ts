/** Feedback that stays away for so long, plus a round trip, while we send means that nothing arrives. */
const SILENCE_MS = 1000;
const FACTOR = 0.5;
/** An outage says little of what the path carries afterwards: not below this share. */
const LEAST_SHARE = 1 / 8;
/** After so long without it, reports and REMB take over. */
const FALLBACK_MS = 15_000;

/** Watches for transport feedback that stays away, and remembers the rate there was before. */
export class FeedbackSilence {
  #heardMs: number | undefined;
  #reducedMs = 0;
  #rateBefore: number | undefined;

  /** There is transport feedback, at least now and then. */
  fed(nowMs: number): boolean {
    return this.#heardMs !== undefined && nowMs - this.#heardMs < FALLBACK_MS;
  }

  /** Feedback has come that tells of arrivals; returns the rate from before the silence it ends, if it does. */
  heard(nowMs: number): number | undefined {
    const before = this.#rateBefore;
    this.#heardMs = nowMs;
    this.#rateBefore = undefined;
    return before;
  }

  /** The rate to go on with: once a second it is halved while nothing is heard; undefined: as it is. */
  poll(nowMs: number, roundTripMs: number, rateBps: number): number | undefined {
    if (this.#heardMs === undefined || !this.fed(nowMs)) return undefined;
    const limitMs = SILENCE_MS + roundTripMs;
    if (nowMs - Math.max(this.#heardMs, this.#reducedMs) < limitMs) return undefined;
    this.#rateBefore ??= rateBps;
    this.#reducedMs = nowMs;
    return Math.min(rateBps, Math.max(rateBps * FACTOR, this.#rateBefore * LEAST_SHARE));
  }
}

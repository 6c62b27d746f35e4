/** What a live player has left to play at its leanest is brought to this, seconds: enough for a request that takes its time. */
const SPARE_S = 0.25;
/** After a stall there is to be more left, so that there is no next one, seconds. */
const STALL_COSTS_S = 0.25;
const MOST_SPARE_S = 1.5;
/** Without a stall for this long, a little less is tried. */
const FORGIVE_MS = 15_000;
const FORGIVE_S = 0.05;
/** Nearer to the aim than this the rate stays 1, and away from it this far it changes, seconds. */
const NEAR_S = 0.02;
const FAR_S = 0.1;
/** How long the leanest moment is looked for: some parts, so that the swing of their arrival is in it. */
const WINDOW_MS = 1500;
/** 50 ms a second nobody hears; twice that only where there is much to catch up. */
const RATES = { slower: 0.95, same: 1, faster: 1.05, fast: 1.1 } as const;
const MUCH_S = 1;
/** Further behind than this a viewer looks at the past, seconds. */
const PAST_S = 6;

/**
 * The playback rate that brings a live player as near to now as the network allows: it looks at how much is buffered at the
 * leanest moment, which is what the network has shown not to need, and plays that much away. Pure: time is an argument.
 */
export class CatchUp {
  readonly #seen: { atMs: number; bufferedS: number }[] = [];
  #spareS = SPARE_S;
  #changedAtMs: number | undefined;
  #sinceMs: number | undefined;
  #rate = 1;

  /** Buffered ahead at the leanest moment that is aimed at, seconds. */
  get spareS(): number {
    return this.#spareS;
  }

  /**
   * `bufferedS`: what is buffered ahead of the position; `behindS`: how far the position is behind the newest part. Returns the
   * rate to play at from now on.
   */
  take({ nowMs, bufferedS, behindS }: { nowMs: number; bufferedS: number; behindS: number }): number {
    if (behindS > PAST_S + this.#spareS) {
      this.restart();
      return RATES.same;
    }
    this.#forgive(nowMs);
    this.#sinceMs ??= nowMs;
    this.#seen.push({ atMs: nowMs, bufferedS });
    while (this.#seen[0]!.atMs < nowMs - WINDOW_MS) this.#seen.shift();
    // Too short a look has not seen the leanest moment.
    if (nowMs - this.#sinceMs < WINDOW_MS) return this.#rate;
    const leanestS = Math.min(...this.#seen.map((each) => each.bufferedS));
    this.#rate = this.#rateFor(leanestS - this.#spareS);
    return this.#rate;
  }

  /** The buffer ran dry. */
  stalled(nowMs: number): void {
    this.#spareS = Math.min(MOST_SPARE_S, this.#spareS + STALL_COSTS_S);
    this.#changedAtMs = nowMs;
    this.restart();
  }

  /** The position is another: what was seen before says nothing. */
  restart(): void {
    this.#seen.length = 0;
    this.#sinceMs = undefined;
    this.#rate = RATES.same;
  }

  #rateFor(excessS: number): number {
    if (excessS > MUCH_S) return RATES.fast;
    if (excessS > FAR_S || (this.#rate > 1 && excessS > NEAR_S)) return RATES.faster;
    if (excessS < -FAR_S || (this.#rate < 1 && excessS < -NEAR_S)) return RATES.slower;
    return RATES.same;
  }

  #forgive(nowMs: number): void {
    this.#changedAtMs ??= nowMs;
    if (this.#spareS <= SPARE_S || nowMs - this.#changedAtMs < FORGIVE_MS) return;
    this.#spareS = Math.max(SPARE_S, this.#spareS - FORGIVE_S);
    this.#changedAtMs = nowMs;
  }
}

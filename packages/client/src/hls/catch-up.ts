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
/** Further behind than this a viewer who wants to be behind looks at the past, seconds. */
const PAST_S = 6;
/** Who has just begun does not miss what is left out, and would miss an earlier start: more than this is skipped, seconds … */
const WORTH_A_SKIP_S = 0.3;
/** … and for so long what comes late all at once, of a host whose machine is busy, say. */
const BEGINNING_MS = 10_000;
/** With more than this listed and not buffered, what is buffered tells of the loading, not of what the network needs, seconds … */
const LOADING_S = 0.8;
/** … but who begins where loading never ends is taken as they are after this. */
const LOADS_WITHIN_MS = 8000;

/** Where a player is. */
export interface LivePosition {
  nowMs: number;
  /** Buffered ahead of the position, seconds. */
  bufferedS: number;
  /** How far the position is behind the newest part, seconds. */
  behindS: number;
  /** The viewer wants to be behind; default: not. */
  mayStay?: boolean;
  /** Whether the position can be so much further at once: who decodes for longer than they skip wins nothing. Default: always. */
  canSkip?: (skipS: number) => boolean;
}

/** What a player is to do now. */
export interface LivePace {
  rate: number;
  /** To leave out of what is buffered, seconds: 0 but for the beginning. */
  skipS: number;
}

/**
 * Brings a live player as near to now as the network allows: it looks at how much is buffered at the leanest moment, which
 * is what the network has shown not to need, and plays that much away; right after the beginning, where starting took long,
 * it leaves it out. Pure: time is an argument.
 */
export class CatchUp {
  readonly #seen: { atMs: number; bufferedS: number }[] = [];
  #spareS = SPARE_S;
  #changedAtMs: number | undefined;
  #sinceMs: number | undefined;
  #beginningSinceMs: number | undefined;
  #rate = 1;
  /** Whether it has been settled how near to now the viewer begins. */
  #hasBegun = false;

  /** Buffered ahead at the leanest moment that is aimed at, seconds. */
  get spareS(): number {
    return this.#spareS;
  }

  take({ nowMs, bufferedS, behindS, mayStay = false, canSkip = () => true }: LivePosition): LivePace {
    const isPast = mayStay && behindS > PAST_S + this.#spareS;
    if (!isPast) this.#forgive(nowMs);
    if (isPast || this.#isLoading(nowMs, behindS - bufferedS)) {
      this.restart();
      return { rate: RATES.same, skipS: 0 };
    }
    this.#sinceMs ??= nowMs;
    this.#seen.push({ atMs: nowMs, bufferedS });
    while (this.#seen[0]!.atMs < nowMs - WINDOW_MS) this.#seen.shift();
    // Too short a look has not seen the leanest moment.
    if (nowMs - this.#sinceMs < WINDOW_MS) return { rate: this.#rate, skipS: 0 };
    const excessS = Math.min(...this.#seen.map((each) => each.bufferedS)) - this.#spareS;
    const isBeginning = nowMs - this.#beginningSinceMs! < BEGINNING_MS;
    const worthS = !this.#hasBegun ? WORTH_A_SKIP_S : isBeginning ? MUCH_S : Number.POSITIVE_INFINITY;
    this.#hasBegun = true;
    const skipS = excessS - NEAR_S;
    if (excessS > worthS && canSkip(skipS)) {
      this.restart();
      return { rate: RATES.same, skipS };
    }
    this.#rate = this.#rateFor(excessS);
    return { rate: this.#rate, skipS: 0 };
  }

  /** The viewer wants to be live, now: as at the beginning. */
  begin(): void {
    this.#hasBegun = false;
    this.#beginningSinceMs = undefined;
    this.restart();
  }

  /** The buffer ran dry. */
  stalled(nowMs: number): void {
    this.#spareS = Math.min(MOST_SPARE_S, this.#spareS + STALL_COSTS_S);
    this.#changedAtMs = nowMs;
    // What this network needs has been seen.
    if (this.#hasBegun) this.#beginningSinceMs = Number.NEGATIVE_INFINITY;
    this.restart();
  }

  /** The position is another: what was seen before says nothing. */
  restart(): void {
    this.#seen.length = 0;
    this.#sinceMs = undefined;
    this.#rate = RATES.same;
  }

  /** Whether a viewer who has just begun has not got yet what there was when they came. */
  #isLoading(nowMs: number, missingS: number): boolean {
    this.#beginningSinceMs ??= nowMs;
    if (this.#hasBegun) return false;
    return missingS > LOADING_S && nowMs - this.#beginningSinceMs < LOADS_WITHIN_MS;
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

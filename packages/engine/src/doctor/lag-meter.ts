/** How long back the usual lag is looked for, seconds. */
const USUAL_S = 300;
/** What counts as now, seconds. */
const RECENT_S = 10;
/** Of these so many must agree before anything is said. */
const ENOUGH = 7;

/**
 * How long units of one kind are on their way, relative to the quickest ones: of each second the least, because a unit that
 * came quickly shows that the way was free.
 */
export class LagMeter {
  /** Least lag of each second, oldest first. */
  readonly #seconds: { second: number; lagMs: number }[] = [];

  /** `lagMs`: from when it was due to when it came; `nowMs` since 1970. */
  add(lagMs: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const last = this.#seconds.at(-1);
    // A clock that was set back must not make this grow.
    if (last !== undefined && second <= last.second) last.lagMs = Math.min(last.lagMs, lagMs);
    else this.#seconds.push({ second, lagMs });
    if (this.#seconds.length > USUAL_S) this.#seconds.shift();
  }

  /** The middle of the last ten seconds; undefined while too little came. */
  recentMs(nowMs: number): number | undefined {
    const recent = this.#recent(nowMs);
    return recent.length < ENOUGH ? undefined : recent[Math.floor(recent.length / 2)];
  }

  /** By how much nearly all of the last ten seconds are later than it usually is. */
  behindMs(nowMs: number): number | undefined {
    const recent = this.#recent(nowMs);
    if (recent.length < ENOUGH) return undefined;
    const usual = this.#seconds.reduce(
      (least, { lagMs }) => Math.min(least, lagMs),
      Number.POSITIVE_INFINITY,
    );
    return recent[recent.length - ENOUGH]! - usual;
  }

  /** Sorted, least first. */
  #recent(nowMs: number): number[] {
    const from = Math.floor(nowMs / 1000) - RECENT_S;
    return this.#seconds
      .filter(({ second }) => second >= from)
      .map(({ lagMs }) => lagMs)
      .sort((one, other) => one - other);
  }
}

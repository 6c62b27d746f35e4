/** How much is made of a picture that has to be made at once. */
export interface EffortStep {
  /** Of the shorter side. */
  scale: number;
  /** Pictures are no closer together than this, µs. */
  leastMicros: number;
}

/** 60 pictures a second that tremble stay; of 120 every second one. */
const sixty = 10_500;
const fifteen = 60_000;

/** From everything to what is better than nothing: smaller first, then fewer pictures. */
export const effortSteps: readonly EffortStep[] = [
  { scale: 1, leastMicros: sixty },
  { scale: 2 / 3, leastMicros: sixty },
  { scale: 1 / 2, leastMicros: sixty },
  { scale: 1 / 2, leastMicros: fifteen },
  { scale: 1 / 3, leastMicros: fifteen },
];

/**
 * The same for sizes of a picture with few keyframes: pictures are no closer together than this, µs. Only fewer: players were promised the size. Of 60 a
 * second 30 are made, and 30 that tremble stay.
 */
export const thinnerSteps: readonly number[] = [21_000, fifteen, 120_000, 240_000];

/** Waiting for longer is too slow: viewers would see it, ms. */
const slowMs = 150;
/** Shorter waits are none, ms. */
const calmWaitMs = 50;
/** What less effort brings shows after so long, ms. */
const settleMs = 2000;
/** After so long without waits more is tried; twice as long each time it went wrong, up to the other, ms. */
const firstCalmMs = 30_000;
const longestCalmMs = 600_000;
/** More that was too much within so long was a mistake, ms. */
const mistakeMs = 60_000;

/** Decides how much a machine can make at once, from how long pictures wait for it. */
export class Effort {
  readonly #lowest: number;
  #step = 0;
  #changedMs = Number.NEGATIVE_INFINITY;
  #raisedMs = Number.NEGATIVE_INFINITY;
  #calmSinceMs: number | undefined;
  #calmMs = firstCalmMs;
  /** What was queued at once is no sign of a slow machine, as long as it gets done. */
  #burstMs: number | undefined;

  /** `steps` there are, from everything to the least. */
  constructor(steps: readonly unknown[]) {
    this.#lowest = steps.length - 1;
  }

  /** Index into the steps. */
  get step(): number {
    return this.#step;
  }

  /** Much comes at once now: until it is worked off, for some seconds, waiting tells nothing. */
  burst(nowMs: number): void {
    this.#burstMs = nowMs;
  }

  /** The oldest picture under way has waited for so long; true when the step is another one now. */
  note(waitedMs: number, nowMs: number): boolean {
    if (this.#burstMs !== undefined) {
      const isOver = waitedMs < calmWaitMs || nowMs - this.#burstMs > settleMs;
      if (!isOver) return false;
      this.#burstMs = undefined;
    }
    if (waitedMs >= calmWaitMs) this.#calmSinceMs = undefined;
    else this.#calmSinceMs ??= nowMs;
    if (nowMs - this.#changedMs < settleMs) return false;
    if (waitedMs > slowMs) return this.lower(nowMs);
    const isCalm = this.#calmSinceMs !== undefined && nowMs - this.#calmSinceMs >= this.#calmMs;
    if (!isCalm || this.#step === 0) return false;
    this.#raisedMs = nowMs;
    this.#calmSinceMs = nowMs;
    return this.#change(this.#step - 1, nowMs);
  }

  /** Makes less from now on; false when it is the least already. */
  lower(nowMs: number): boolean {
    if (this.#step === this.#lowest) return false;
    if (nowMs - this.#raisedMs < mistakeMs) this.#calmMs = Math.min(longestCalmMs, 2 * this.#calmMs);
    this.#calmSinceMs = undefined;
    return this.#change(this.#step + 1, nowMs);
  }

  #change(step: number, nowMs: number): true {
    this.#step = step;
    this.#changedMs = nowMs;
    return true;
  }
}

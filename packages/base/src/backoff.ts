import type { Random } from "./random.ts";

export interface BackoffOptions {
  /** Upper bound of the first delay, ms. */
  baseMs: number;
  /** Upper bound of every delay, ms. */
  maxMs: number;
  /** Source of the jitter. */
  random: Pick<Random, "next">;
  /** Growth per attempt; default 2. */
  factor?: number;
}

/** Delays between attempts of one retrying owner. */
export interface Backoff {
  /** Attempts since the last reset. */
  readonly attempts: number;
  /** Delay before the next attempt, ms: uniform in [0, min(maxMs, baseMs * factor^attempts)] ("full jitter"). */
  nextMs(): number;
  /** The attempt worked: the next delay is short again. */
  reset(): void;
}

/** Capped exponential backoff with full jitter. Keeps no time: the caller waits. */
export function createBackoff(options: BackoffOptions): Backoff {
  const { baseMs, maxMs, random, factor = 2 } = options;
  let attempts = 0;
  return {
    get attempts() {
      return attempts;
    },
    nextMs() {
      const ceiling = Math.min(maxMs, baseMs * factor ** attempts);
      attempts += 1;
      return random.next() * ceiling;
    },
    reset() {
      attempts = 0;
    },
  };
}

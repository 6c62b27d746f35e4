/** Time, handed in. Nothing in `base`, `protocol` or `engine` reads a clock of its own. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; fractions allowed. For durations and deadlines. */
  nowMs(): number;
  /** Wall-clock milliseconds since 1970-01-01 UTC; may jump. For timestamps people or other machines read. */
  unixMs(): number;
}

/** One-shot timers, handed in next to a {@link Clock}. */
export interface Timers {
  /** Calls `callback` once after `delayMs`; the returned function cancels it (idempotent). */
  after(delayMs: number, callback: () => void): () => void;
}

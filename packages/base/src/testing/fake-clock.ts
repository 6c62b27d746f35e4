import type { Clock, Timers } from "../clock.ts";

interface Timer {
  atMs: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until a test moves it; timers run inside `advance`, in order of their time. */
export class FakeClock implements Clock, Timers {
  #nowMs: number;
  readonly #unixOffsetMs: number;
  #order = 0;
  #timers: Timer[] = [];

  /** `unixMs` is the wall-clock time at the start, ms. */
  constructor(options: { nowMs?: number; unixMs?: number } = {}) {
    this.#nowMs = options.nowMs ?? 0;
    this.#unixOffsetMs = (options.unixMs ?? 1_700_000_000_000) - this.#nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  unixMs(): number {
    return this.#nowMs + this.#unixOffsetMs;
  }

  /** Timers that have not run. */
  get pending(): number {
    return this.#timers.length;
  }

  /** When the next timer is due, in `nowMs` terms. */
  get nextMs(): number | undefined {
    return this.#timers[0]?.atMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    const index = this.#timers.findIndex((other) => other.atMs > timer.atMs);
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves time forward, running every timer that falls due (also those set meanwhile). Throws past 1,000,000 timers. */
  advance(byMs: number): void {
    const end = this.#nowMs + byMs;
    for (let run = 0; ; run++) {
      const timer = this.#timers[0];
      if (timer === undefined || timer.atMs > end) break;
      if (run >= 1_000_000) throw new Error("timers keep setting timers without time passing");
      this.#timers.shift();
      this.#nowMs = timer.atMs;
      timer.callback();
    }
    this.#nowMs = end;
  }
}

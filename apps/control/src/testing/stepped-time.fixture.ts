import { systemTime, type Time } from "../clock.ts";

interface Timer {
  /** On the machine's monotonic clock, ms. */
  dueMs: number;
  run: () => void;
}

/**
 * A wall clock that stands still until a test moves it. Timers run by the machine's clock, or early, when the test lets time pass:
 * what watches connections goes on as always.
 */
export class SteppedTime implements Time {
  #unixMs = 1_800_000_000_000;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return systemTime.nowMs();
  }

  unixMs(): number {
    return this.#unixMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const run = () => {
      cancel();
      callback();
    };
    const timer: Timer = { dueMs: this.nowMs() + delayMs, run };
    const stop = systemTime.after(delayMs, run);
    const cancel = () => {
      stop();
      this.#timers.delete(timer);
    };
    this.#timers.add(timer);
    return cancel;
  }

  /** The clock goes forward, and no timer runs for it. */
  step(ms: number): void {
    this.#unixMs += ms;
  }

  /** The clock goes forward, and what is due by then runs now. */
  pass(ms: number): void {
    this.step(ms);
    const untilMs = this.nowMs() + ms + 1;
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
    for (const { run } of due.sort((one, other) => one.dueMs - other.dueMs)) run();
  }
}

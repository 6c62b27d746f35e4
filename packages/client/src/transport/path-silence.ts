export interface PathSilenceOptions {
  /** How long a path that carried traffic may be silent, ms. */
  busyMs: number;
  /** The same for one with nothing to carry: only consent checks are answered there, every few seconds. */
  idleMs: number;
}

/**
 * Notices a dead path before ICE does (which takes five seconds and more): counters of what was received stand still.
 * Compares readings with the clock, not ticks, so throttled timers and a machine that slept are understood too.
 */
export class PathSilence {
  readonly #options: PathSilenceOptions;
  #received: number | undefined;
  #heardAtMs: number;
  #busyAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PathSilenceOptions, nowMs: number) {
    this.#options = options;
    this.#heardAtMs = nowMs;
  }

  /** Starts over: a fresh path, or one that was just restarted. */
  reset(nowMs: number): void {
    this.#received = undefined;
    this.#heardAtMs = nowMs;
    this.#busyAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * `received` grows with whatever comes through; `busy` says that something should keep coming. true when the path
   * seems dead: once for each spell of silence.
   */
  take(received: number, busy: boolean, nowMs: number): boolean {
    if (this.#received === undefined || received !== this.#received) {
      this.#received = received;
      this.#heardAtMs = nowMs;
      if (busy) this.#busyAtMs = nowMs;
      return false;
    }
    const wasBusy = this.#heardAtMs - this.#busyAtMs < this.#options.busyMs;
    if (nowMs - this.#heardAtMs <= (wasBusy ? this.#options.busyMs : this.#options.idleMs)) return false;
    this.#heardAtMs = nowMs;
    return true;
  }
}

/** Where the meter reads, e.g. `process.cpuUsage` and `performance.now`. */
export interface CostSource {
  /** Processor time of this process, all threads, µs. */
  cpuMicros(): number;
  nowMs(): number;
}

/**
 * What each of a process's jobs costs. Time that belongs to no job (messages, garbage collection) is shared out by what
 * they took themselves, so that the sum is what the process takes.
 */
export class CostMeter {
  readonly #source: CostSource;
  readonly #own = new Map<number, number>();
  #totalMicros: number;
  #sinceMs: number;

  constructor(source: CostSource) {
    this.#source = source;
    this.#totalMicros = source.cpuMicros();
    this.#sinceMs = source.nowMs();
  }

  /** Does something for a job. */
  measure(job: number, act: () => void): void {
    const before = this.#source.cpuMicros();
    try {
      act();
    } finally {
      this.#own.set(job, (this.#own.get(job) ?? 0) + this.#source.cpuMicros() - before);
    }
  }

  forget(job: number): void {
    this.#own.delete(job);
  }

  /** What each took since the last report, of one core, ms a second. */
  report(jobs: Iterable<number>): Map<number, number> {
    const micros = this.#source.cpuMicros();
    const nowMs = this.#source.nowMs();
    const seconds = Math.max(0.001, (nowMs - this.#sinceMs) / 1000);
    let sum = 0;
    for (const own of this.#own.values()) sum += own;
    const total = micros - this.#totalMicros;
    const costs = new Map<number, number>();
    for (const job of jobs) {
      const share = sum === 0 ? 0 : (this.#own.get(job) ?? 0) / sum;
      costs.set(job, Math.round((share * total) / 100 / seconds) / 10);
    }
    this.#own.clear();
    this.#totalMicros = micros;
    this.#sinceMs = nowMs;
    return costs;
  }
}

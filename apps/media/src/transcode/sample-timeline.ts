/** A run of samples whose first was captured at `captureMicros`. */
interface Run {
  readonly start: number;
  readonly captureMicros: number;
}

/**
 * Which sample was captured when, for an encoder that cuts sound into other frames than it came in. Capture times
 * are those of the frames that came, so the sound card's clock may run as fast or slow as it likes for hours.
 */
export class SampleTimeline {
  readonly #sampleRate: number;
  #runs: Run[] = [];
  #end = 0;

  /** `sampleRate` in Hz. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Samples appended so far. */
  get end(): number {
    return this.#end;
  }

  append(captureMicros: number, samples: number): void {
    this.#runs.push({ start: this.#end, captureMicros });
    this.#end += samples;
  }

  /**
   * When sample number `position` was captured, µs; undefined for one that never was (an encoder's priming). Earlier
   * ones than this are not asked for again.
   */
  take(position: number): number | undefined {
    if (position < 0 || position >= this.#end) return undefined;
    let runs = 0;
    while (runs + 1 < this.#runs.length && this.#runs[runs + 1]!.start <= position) runs += 1;
    if (runs > 0) this.#runs = this.#runs.slice(runs);
    const run = this.#runs[0];
    if (run === undefined) return undefined;
    return Math.round(run.captureMicros + ((position - run.start) * 1_000_000) / this.#sampleRate);
  }
}

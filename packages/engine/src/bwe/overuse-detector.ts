import type { PathEstimate } from "./types.ts";

type Usage = PathEstimate["usage"];

/** Of the adaptive threshold, per ms (Carlucci et al. 2016, table 1). */
const RISE = 0.0087;
const FALL = 0.039;
const MIN_THRESHOLD = 6;
const MAX_THRESHOLD = 600;
/** The threshold learns at most from this much excess, so that one spike of the queue does not deafen it. */
const MAX_EXCESS = 15;
const GAIN = 4;
const MAX_SAMPLES = 60;
/** Overuse is called when the trend has been above the threshold for this long, in more than one group. */
const OVERUSE_MS = 10;

/**
 * Compares the trend of the delay with a threshold that adapts to the noise of the path
 * (draft-ietf-rmcat-gcc-02 section 5.4).
 */
export class OveruseDetector {
  #usage: Usage = "normal";
  #threshold = 12.5;
  #previousTrend = 0;
  #overMs = 0;
  #overCount = 0;
  #updatedMs = Number.NaN;

  get usage(): Usage {
    return this.#usage;
  }

  /** `slope` after `samples` groups; the last one covers `sendDeltaMs` and was whole at `arrivalMs`. */
  detect(slope: number, samples: number, sendDeltaMs: number, arrivalMs: number): void {
    if (samples < 2) return;
    const trend = Math.min(samples, MAX_SAMPLES) * slope * GAIN;
    if (trend > this.#threshold) {
      // The first time it can have been over for half of the group at most.
      this.#overMs += this.#overCount === 0 ? sendDeltaMs / 2 : sendDeltaMs;
      this.#overCount += 1;
      if (this.#overMs > OVERUSE_MS && this.#overCount > 1 && trend >= this.#previousTrend) {
        this.#usage = "overuse";
        this.#overMs = 0;
        this.#overCount = 0;
      }
    } else {
      this.#overMs = 0;
      this.#overCount = 0;
      this.#usage = trend < -this.#threshold ? "underuse" : "normal";
    }
    this.#previousTrend = trend;
    this.#adapt(Math.abs(trend), arrivalMs);
  }

  #adapt(trend: number, arrivalMs: number): void {
    const elapsedMs = Number.isNaN(this.#updatedMs)
      ? 0
      : Math.max(0, Math.min(100, arrivalMs - this.#updatedMs));
    this.#updatedMs = arrivalMs;
    const excess = trend - this.#threshold;
    const rate = excess < 0 ? FALL : RISE;
    const step = rate * Math.min(excess, MAX_EXCESS) * elapsedMs;
    this.#threshold = Math.max(MIN_THRESHOLD, Math.min(MAX_THRESHOLD, this.#threshold + step));
  }
}

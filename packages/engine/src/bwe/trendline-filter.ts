const WINDOW = 20;
const SMOOTHING = 0.9;

/**
 * How fast the queue grows: the slope of smoothed delay over arrival time, by least squares over the last 20 groups
 * (the trendline filter, successor of the Kalman filter of Carlucci et al. 2016; 0.1 means 10 % too much is sent).
 */
export class TrendlineFilter {
  readonly #at = new Float64Array(WINDOW);
  readonly #delay = new Float64Array(WINDOW);
  #count = 0;
  #originMs = Number.NaN;
  #accumulatedMs = 0;
  #smoothedMs = 0;
  #slope = 0;

  /** Delay gained per time passed. */
  get slope(): number {
    return this.#slope;
  }

  /** Groups seen so far. */
  get samples(): number {
    return this.#count;
  }

  /** Takes the delay variation of a group that was whole at `arrivalMs`. */
  add(delayVariationMs: number, arrivalMs: number): void {
    if (Number.isNaN(this.#originMs)) this.#originMs = arrivalMs;
    this.#accumulatedMs += delayVariationMs;
    this.#smoothedMs = SMOOTHING * this.#smoothedMs + (1 - SMOOTHING) * this.#accumulatedMs;
    const index = this.#count % WINDOW;
    this.#at[index] = arrivalMs - this.#originMs;
    this.#delay[index] = this.#smoothedMs;
    this.#count += 1;
    if (this.#count >= WINDOW) this.#fit();
  }

  #fit(): void {
    let atSum = 0;
    let delaySum = 0;
    for (let index = 0; index < WINDOW; index++) {
      atSum += this.#at[index]!;
      delaySum += this.#delay[index]!;
    }
    const atMean = atSum / WINDOW;
    const delayMean = delaySum / WINDOW;
    let numerator = 0;
    let denominator = 0;
    for (let index = 0; index < WINDOW; index++) {
      const at = this.#at[index]! - atMean;
      numerator += at * (this.#delay[index]! - delayMean);
      denominator += at * at;
    }
    if (denominator > 0) this.#slope = numerator / denominator;
  }
}

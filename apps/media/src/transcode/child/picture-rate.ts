/** Times between pictures that are looked at. */
const window = 30;
/** What is assumed until that many have come, pictures a second. */
const usual = 30;
const longestMicros = 1_000_000;

/** How many pictures a second come, by their capture times. */
export class PictureRate {
  #steps: number[] = [];
  #lastMicros: number | undefined;
  #rate = usual;

  /** 1 to 240; it changes only when what comes does. */
  get picturesPerSecond(): number {
    return this.#rate;
  }

  note(micros: number): void {
    const step = micros - (this.#lastMicros ?? micros);
    this.#lastMicros = micros;
    if (step <= 0 || step > longestMicros) return;
    this.#steps.push(step);
    if (this.#steps.length < window) return;
    const average = this.#steps.reduce((sum, one) => sum + one, 0) / window;
    this.#steps = [];
    const rate = Math.min(240, Math.max(1, 1_000_000 / average));
    if (Math.abs(rate / this.#rate - 1) > 0.1) this.#rate = rate;
  }
}

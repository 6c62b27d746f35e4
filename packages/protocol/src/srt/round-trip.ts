/** What is assumed before the first measurement (draft-sharabayko-srt-01 section 4.10). */
const INITIAL_MS = 100;

/** Round trip time and its variance, as SRT smooths them: from an ACK to the ACKACK that answers it. */
export class SrtRoundTrip {
  #ms = INITIAL_MS;
  #varianceMs = INITIAL_MS / 2;
  #measured = false;

  get ms(): number {
    return this.#ms;
  }

  get varianceMs(): number {
    return this.#varianceMs;
  }

  /** Undefined before the first sample. */
  get measuredMs(): number | undefined {
    return this.#measured ? this.#ms : undefined;
  }

  take(sampleMs: number): void {
    if (!this.#measured) {
      this.#measured = true;
      this.#ms = sampleMs;
      this.#varianceMs = sampleMs / 2;
      return;
    }
    this.#varianceMs += (Math.abs(sampleMs - this.#ms) - this.#varianceMs) / 4;
    this.#ms += (sampleMs - this.#ms) / 8;
  }
}

/** One line of milliseconds out of timestamps of 32 bits, sound and picture together: each is taken to be near the one before. */
export class TimestampLine {
  #last: number | undefined;

  /** May be before the last one, and below zero where it wrapped backwards. */
  unwrap(timestamp: number): number {
    if (this.#last === undefined) {
      this.#last = timestamp;
      return timestamp;
    }
    this.#last += (timestamp - this.#last) | 0;
    return this.#last;
  }
}

/** Packets that leave within this time count as one group (draft-ietf-rmcat-gcc-02 section 5.2). */
const BURST_MICROS = 5000;
/** A queue that empties at once delivers packets closer together than they were sent; so long a burst may be. */
const MAX_BURST_MICROS = 100_000;
/** Clocks that part by more than this from one packet to the next were set, not delayed. */
const CLOCK_JUMP_MICROS = 3_000_000;

/**
 * Gathers packets into groups and measures how much later each group comes than it was sent, against the one before:
 * the inter-group delay variation (draft-ietf-rmcat-gcc-02 sections 5.2 and 5.3).
 */
export class PacketGroups {
  /** Between the last two whole groups, ms; valid when `add` has returned true. */
  sendDeltaMs = 0;
  arrivalDeltaMs = 0;
  /** When the later of them had arrived, µs. */
  arrivalMicros = 0;

  #firstSent = Number.NaN;
  #lastSent = 0;
  #firstArrival = 0;
  #lastArrival = 0;
  #previousSent = Number.NaN;
  #previousArrival = 0;

  /** Takes a packet that arrived; true when a group is whole and the fields tell of it. Packets out of order are ignored. */
  add(sentMicros: number, arrivalMicros: number): boolean {
    if (Number.isNaN(this.#firstSent)) {
      this.#begin(sentMicros, arrivalMicros);
      return false;
    }
    if (sentMicros < this.#firstSent) return false;
    if (Math.abs(arrivalMicros - this.#lastArrival - (sentMicros - this.#lastSent)) > CLOCK_JUMP_MICROS) {
      this.#previousSent = Number.NaN;
      this.#begin(sentMicros, arrivalMicros);
      return false;
    }
    if (this.#belongs(sentMicros, arrivalMicros)) {
      if (sentMicros > this.#lastSent) this.#lastSent = sentMicros;
      if (arrivalMicros > this.#lastArrival) this.#lastArrival = arrivalMicros;
      return false;
    }
    const whole = this.#measure();
    this.#previousSent = this.#lastSent;
    this.#previousArrival = this.#lastArrival;
    this.#begin(sentMicros, arrivalMicros);
    return whole;
  }

  #begin(sentMicros: number, arrivalMicros: number): void {
    this.#firstSent = sentMicros;
    this.#lastSent = sentMicros;
    this.#firstArrival = arrivalMicros;
    this.#lastArrival = arrivalMicros;
  }

  #belongs(sentMicros: number, arrivalMicros: number): boolean {
    if (sentMicros - this.#firstSent <= BURST_MICROS) return true;
    const sent = sentMicros - this.#lastSent;
    const arrived = arrivalMicros - this.#lastArrival;
    return arrived < sent && arrived <= BURST_MICROS && arrivalMicros - this.#firstArrival < MAX_BURST_MICROS;
  }

  #measure(): boolean {
    if (Number.isNaN(this.#previousSent)) return false;
    this.sendDeltaMs = (this.#lastSent - this.#previousSent) / 1000;
    this.arrivalDeltaMs = (this.#lastArrival - this.#previousArrival) / 1000;
    this.arrivalMicros = this.#lastArrival;
    return true;
  }
}

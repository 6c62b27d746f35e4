/** An observation covers at least so much time and so many packets. */
const SPAN_MICROS = 250_000;
const MIN_PACKETS = 15;
/** Gaps between packets are closed after this: silence is not a rate. */
const MAX_SPAN_MICROS = 1_000_000;
const KEPT = 16;

/** Sent packets and what became of them, in slices of about a quarter of a second of sending: rate, packets, losses. */
export class LossObservations {
  readonly #rates = new Float64Array(KEPT);
  readonly #packets = new Float64Array(KEPT);
  readonly #lost = new Float64Array(KEPT);
  readonly #runs = new Float64Array(KEPT);
  #made = 0;
  #from = Number.NaN;
  #last = 0;
  #bytes = 0;
  #count = 0;
  #lostCount = 0;
  #runCount = 0;
  #lastLost = false;

  /** Observations kept, at most 16. */
  get length(): number {
    return Math.min(KEPT, this.#made);
  }

  /** Packets of the `index`-th observation, newest first; likewise the others. */
  packets(index: number): number {
    return this.#packets[(this.#made - 1 - index) % KEPT]!;
  }

  lost(index: number): number {
    return this.#lost[(this.#made - 1 - index) % KEPT]!;
  }

  /** Bits per second. */
  rate(index: number): number {
    return this.#rates[(this.#made - 1 - index) % KEPT]!;
  }

  /** Losses in a row count as one of these. */
  runs(index: number): number {
    return this.#runs[(this.#made - 1 - index) % KEPT]!;
  }

  /** Takes a packet's fate, in order of sending; true when that completes an observation. */
  add(sentMicros: number, size: number, lost: boolean): boolean {
    if (Number.isNaN(this.#from) || sentMicros - this.#last > MAX_SPAN_MICROS) this.#begin(sentMicros);
    let complete = false;
    const span = sentMicros - this.#from;
    if ((span >= SPAN_MICROS && this.#count >= MIN_PACKETS) || span >= MAX_SPAN_MICROS) {
      complete = this.#finish(span);
      this.#begin(sentMicros);
    }
    if (sentMicros > this.#last) this.#last = sentMicros;
    this.#bytes += size;
    this.#count += 1;
    if (lost) this.#lostCount += 1;
    if (lost && !this.#lastLost) this.#runCount += 1;
    this.#lastLost = lost;
    return complete;
  }

  /** A packet counted as lost came after all. */
  recover(sentMicros: number): void {
    if (sentMicros >= this.#from) {
      if (this.#lostCount > 0) this.#lostCount -= 1;
    } else if (this.#made > 0) {
      const index = (this.#made - 1) % KEPT;
      if (this.#lost[index]! > 0) this.#lost[index]! -= 1;
    }
  }

  /** Forgets everything: the path has changed. */
  clear(): void {
    this.#made = 0;
    this.#from = Number.NaN;
  }

  /** Nothing at all arriving is an outage, which says nothing of a rate; it is not kept. */
  #finish(span: number): boolean {
    if (this.#lostCount >= this.#count) return false;
    const index = this.#made % KEPT;
    this.#rates[index] = (this.#bytes * 8_000_000) / span;
    this.#packets[index] = this.#count;
    this.#lost[index] = this.#lostCount;
    this.#runs[index] = this.#runCount;
    this.#made += 1;
    return true;
  }

  #begin(sentMicros: number): void {
    this.#from = sentMicros;
    this.#last = sentMicros;
    this.#bytes = 0;
    this.#count = 0;
    this.#lostCount = 0;
    this.#runCount = 0;
  }
}

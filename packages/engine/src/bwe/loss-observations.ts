/** An observation covers at least so much time and so many packets. */
const SPAN_MICROS = 250_000;
const MIN_PACKETS = 15;
/** Gaps between packets are closed after this: silence is not a rate. */
const MAX_SPAN_MICROS = 1_000_000;
/** A power of two. */
const KEPT = 16;
/** Once packets have come late, the newest observation is left to settle for so long. */
const REORDERING_MICROS = 5_000_000;

/**
 * Sent packets and what became of them, in slices of about a quarter of a second of sending: rate, packets, losses. Index 0
 * is the newest. Nothing at all arriving is an outage, which says nothing of a rate; it is not kept.
 */
export class LossObservations {
  readonly #starts = new Float64Array(KEPT);
  readonly #rates = new Float64Array(KEPT);
  readonly #packets = new Uint32Array(KEPT);
  readonly #lost = new Uint32Array(KEPT);
  readonly #runs = new Uint32Array(KEPT);
  #made = 0;
  #from = Number.NaN;
  #last = 0;
  #bytes = 0;
  #count = 0;
  #lostCount = 0;
  #runCount = 0;
  #lastLost = false;
  #outage = false;
  #reorderedUntil = Number.NEGATIVE_INFINITY;

  /** Observations there are, at most 16. */
  get length(): number {
    return Math.max(0, Math.min(KEPT, this.#made) - this.#unsettled);
  }

  /** Packets have come late lately: what counts as lost may arrive yet. */
  get reordering(): boolean {
    return this.#last < this.#reorderedUntil;
  }

  packets(index: number): number {
    return this.#packets[this.#at(index)]!;
  }

  lost(index: number): number {
    return this.#lost[this.#at(index)]!;
  }

  /** Losses in a row count as one of these. */
  runs(index: number): number {
    return this.#runs[this.#at(index)]!;
  }

  /** Bits per second. */
  rate(index: number): number {
    return this.#rates[this.#at(index)]!;
  }

  /** Takes a packet's fate, in order of sending; true when that completes an observation. */
  add(sentMicros: number, size: number, lost: boolean): boolean {
    if (Number.isNaN(this.#from) || sentMicros - this.#last > MAX_SPAN_MICROS) this.#begin(sentMicros);
    const span = sentMicros - this.#from;
    const complete = (span >= SPAN_MICROS && this.#count >= MIN_PACKETS) || span >= MAX_SPAN_MICROS;
    const kept = complete && this.#finish(span);
    if (complete) this.#begin(sentMicros);
    if (sentMicros > this.#last) this.#last = sentMicros;
    this.#bytes += size;
    this.#count += 1;
    if (lost) this.#lostCount += 1;
    if (lost && !this.#lastLost) this.#runCount += 1;
    this.#lastLost = lost;
    return kept;
  }

  /** A packet counted as lost came after all. */
  recover(sentMicros: number): void {
    this.#reorderedUntil = this.#last + REORDERING_MICROS;
    if (sentMicros >= this.#from) {
      this.#lostCount = Math.max(0, this.#lostCount - 1);
      this.#runCount = Math.min(this.#runCount, this.#lostCount);
      return;
    }
    for (let back = 1; back <= Math.min(KEPT, this.#made); back++) {
      const at = (this.#made - back) & (KEPT - 1);
      if (this.#starts[at]! > sentMicros) continue;
      this.#lost[at] = Math.max(0, this.#lost[at]! - 1);
      this.#runs[at] = Math.min(this.#runs[at]!, this.#lost[at]!);
      return;
    }
  }

  get #unsettled(): number {
    return this.reordering ? 1 : 0;
  }

  #at(index: number): number {
    return (this.#made - 1 - this.#unsettled - index) & (KEPT - 1);
  }

  #finish(span: number): boolean {
    const mostlyLost = this.#lostCount > this.#count / 2;
    if (this.#lostCount >= this.#count) {
      // An outage; the slice that it began in is none to judge by, nor is the one it ends in.
      const before = (this.#made - 1) & (KEPT - 1);
      if (!this.#outage && this.#made > 0 && this.#lost[before]! > this.#packets[before]! / 2)
        this.#made -= 1;
      this.#outage = true;
      return false;
    }
    const edge = this.#outage && mostlyLost;
    this.#outage = false;
    if (edge) return false;
    const at = this.#made & (KEPT - 1);
    this.#starts[at] = this.#from;
    this.#rates[at] = (this.#bytes * 8_000_000) / span;
    this.#packets[at] = this.#count;
    this.#lost[at] = this.#lostCount;
    this.#runs[at] = this.#runCount;
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
    this.#lastLost = false;
  }
}

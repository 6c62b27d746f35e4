const BUCKET_MICROS = 25_000;
/** A power of two. */
const BUCKETS = 32;

/** Rate at which bytes arrive at the far end, from arrival times alone. */
export class AcknowledgedRate {
  readonly #bytes = new Float64Array(BUCKETS);
  #first = Number.NaN;
  #head = Number.NaN;
  #lastMicros = 0;

  add(arrivalMicros: number, size: number): void {
    const bucket = Math.floor(arrivalMicros / BUCKET_MICROS);
    if (Number.isNaN(this.#head) || bucket - this.#head > BUCKETS || this.#head - bucket > BUCKETS * 4) {
      this.#bytes.fill(0);
      this.#first = bucket;
      this.#head = bucket;
      this.#lastMicros = arrivalMicros;
    }
    if (bucket <= this.#head - BUCKETS) return;
    while (this.#head < bucket) {
      this.#head += 1;
      this.#bytes[this.#head & (BUCKETS - 1)] = 0;
    }
    this.#bytes[bucket & (BUCKETS - 1)]! += size;
    if (arrivalMicros > this.#lastMicros) this.#lastMicros = arrivalMicros;
  }

  /** Bits per second over the last `windowMs` (at most 750) before the latest arrival; undefined while that is not known. */
  over(windowMs: number): number | undefined {
    const buckets = Math.round((windowMs * 1000) / BUCKET_MICROS);
    if (Number.isNaN(this.#head) || this.#head - this.#first < buckets) return undefined;
    let bytes = 0;
    for (let bucket = this.#head - buckets; bucket <= this.#head; bucket++) {
      bytes += this.#bytes[bucket & (BUCKETS - 1)]!;
    }
    const micros = this.#lastMicros - (this.#head - buckets) * BUCKET_MICROS;
    return (bytes * 8_000_000) / micros;
  }
}

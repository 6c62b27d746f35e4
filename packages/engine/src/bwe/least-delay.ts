/** The least of the values in the last so many buckets of time. */
export class LeastDelay {
  readonly #values: Float64Array;
  readonly #mask: number;
  #bucket = Number.NaN;

  /** `buckets` is a power of two. */
  constructor(buckets: number) {
    this.#values = new Float64Array(buckets).fill(Number.POSITIVE_INFINITY);
    this.#mask = buckets - 1;
  }

  /** Of the newest so many buckets, all by default; infinite while there are none. */
  least(buckets = this.#values.length): number {
    const values = this.#values;
    let result = Number.POSITIVE_INFINITY;
    for (let back = 0; back < buckets; back++) {
      const value = values[(this.#bucket - back) & this.#mask]!;
      if (value < result) result = value;
    }
    return result;
  }

  /** Takes a value of a bucket (a count of time). One somewhat before the newest is ignored; long before it, all begins anew. */
  add(bucket: number, value: number): void {
    if (bucket !== this.#bucket) {
      const ahead = bucket - this.#bucket;
      if (ahead < 0 && -ahead <= this.#mask + 1) return;
      if (ahead > 0 && ahead <= this.#mask) {
        for (let next = this.#bucket + 1; next <= bucket; next++)
          this.#values[next & this.#mask] = Number.POSITIVE_INFINITY;
      } else {
        this.#values.fill(Number.POSITIVE_INFINITY);
      }
      this.#bucket = bucket;
    }
    const index = bucket & this.#mask;
    if (value < this.#values[index]!) this.#values[index] = value;
  }
}

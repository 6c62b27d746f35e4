/** Which of the last `size` indices were seen (RFC 3711 section 3.3.2). Indices only grow apart, never wrap. */
export class ReplayWindow {
  readonly #size: number;
  readonly #seen: Uint8Array;
  #highest = -1;

  /** `size` is at least 64 packets. */
  constructor(size = 1024) {
    if (size < 64) throw new RangeError("a replay window holds at least 64 packets");
    this.#size = size;
    this.#seen = new Uint8Array(size);
  }

  /** True when a packet of this index is new and not too old. Changes nothing. */
  accepts(index: number): boolean {
    if (index > this.#highest) return true;
    return index > this.#highest - this.#size && this.#seen[index % this.#size] === 0;
  }

  /** Marks an authenticated packet as seen. */
  add(index: number): void {
    if (index > this.#highest) {
      const skipped = Math.min(this.#size, index - this.#highest - 1);
      for (let step = 1; step <= skipped; step++) this.#seen[(index - step) % this.#size] = 0;
      this.#highest = index;
    }
    this.#seen[index % this.#size] = 1;
  }
}

const LAYERS = 8;
/** Older packets count for half after this many bytes of new ones. */
const MEMORY_BYTES = 250_000;
/** A layer with less than this share is a stray packet. */
const LEAST_SHARE = 0.02;
const ALL: readonly number[] = [1];

/** How the bytes of a stream divide among its temporal layers. */
export class TemporalShares {
  readonly #bytes = new Float64Array(LAYERS);
  #total = 0;
  #last = 0;

  /** `temporalLayer` below 0: not told, then as the packet before. */
  count(temporalLayer: number, bytes: number): void {
    if (temporalLayer >= 0) this.#last = Math.min(LAYERS - 1, temporalLayer);
    this.#bytes[this.#last]! += bytes;
    this.#total += bytes;
    if (this.#total < 2 * MEMORY_BYTES) return;
    for (let layer = 0; layer < LAYERS; layer++) this.#bytes[layer]! /= 2;
    this.#total /= 2;
  }

  /** Share of the bit rate that the layers up to each index need, ascending to 1; `[1]` without temporal layers. */
  shares(): readonly number[] {
    const top = this.#bytes.findLastIndex((bytes) => bytes > this.#total * LEAST_SHARE);
    if (top <= 0) return ALL;
    const shares: number[] = [];
    let sum = 0;
    for (let layer = 0; layer <= top; layer++) {
      sum += this.#bytes[layer]!;
      shares.push(layer === top ? 1 : sum / this.#total);
    }
    return shares;
  }
}

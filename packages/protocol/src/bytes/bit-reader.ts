/** Reads big-endian bit fields. Beyond the end everything is zero and {@link BitReader.isOver} says so; never throws. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #over = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** More was asked for than there is. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#at;
  }

  /** The next `count` bits, 0 to 32, as an unsigned number. */
  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) this.#over = true;
      value = value * 2 + (((byte ?? 0) >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  advance(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length * 8) this.#over = true;
  }

  /** Exp-Golomb code (H.264 section 9.1), at most 32 leading zeros. */
  unsignedGolomb(): number {
    let zeros = 0;
    while (zeros < 32 && !this.#over && !this.flag()) zeros += 1;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Signed Exp-Golomb code (H.264 section 9.1.1). */
  signedGolomb(): number {
    const code = this.unsignedGolomb();
    return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
  }
}

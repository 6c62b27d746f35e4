/** Fields of a tag, front to back. Beyond the end everything is zero and {@link TagInput.isShort} says so; never throws. */
export class TagInput {
  readonly #bytes: Uint8Array;
  #at: number;
  #isShort = false;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** More was asked for than there is. */
  get isShort(): boolean {
    return this.#isShort;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  uint16(): number {
    return this.uint8() * 256 + this.uint8();
  }

  uint24(): number {
    return this.uint16() * 256 + this.uint8();
  }

  /** With a sign. */
  int24(): number {
    return (this.uint24() << 8) >> 8;
  }

  /** Four characters. */
  fourCc(): string {
    return String.fromCharCode(...this.bytes(4));
  }

  /** A view; empty when there are not as many. */
  bytes(length: number): Uint8Array {
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      this.#isShort = true;
      this.#at = this.#bytes.length;
      return this.#bytes.subarray(0, 0);
    }
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Everything that is left, as a view. */
  rest(): Uint8Array {
    return this.bytes(Math.max(0, this.#bytes.length - this.#at));
  }
}

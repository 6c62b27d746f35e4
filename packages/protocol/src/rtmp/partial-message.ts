/** Room that a message gets before its bytes have come: a length alone costs the sender nothing. */
const FIRST_BYTES = 64 * 1024;

/** The payload of a message that comes in chunks. */
export class PartialMessage {
  readonly #length: number;
  #buffer: Uint8Array;
  #filled = 0;

  constructor(length: number) {
    this.#length = length;
    this.#buffer = new Uint8Array(Math.min(length, FIRST_BYTES));
  }

  /** What it takes of memory. */
  get byteLength(): number {
    return this.#buffer.length;
  }

  get missing(): number {
    return this.#length - this.#filled;
  }

  get isWhole(): boolean {
    return this.#filled === this.#length;
  }

  /** All of it, once it is whole. */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  /** Copies; never more than is missing. */
  append(bytes: Uint8Array): void {
    const filled = this.#filled + bytes.length;
    if (filled > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(this.#length, Math.max(filled, this.#buffer.length * 2)));
      grown.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled = filled;
  }
}

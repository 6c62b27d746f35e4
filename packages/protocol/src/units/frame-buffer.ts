/** Gathers the pieces of one frame; kept from frame to frame, so that only {@link FrameBuffer.take} allocates. */
export class FrameBuffer {
  #bytes = new Uint8Array(16_384);
  #length = 0;
  readonly #limit: number;

  /** `limit`: bytes that no frame exceeds. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** False when the frame would become too large; then nothing was added. */
  append(piece: Uint8Array): boolean {
    const end = this.#length + piece.length;
    if (!this.#reserve(end)) return false;
    this.#bytes.set(piece, this.#length);
    this.#length = end;
    return true;
  }

  /** A view, valid until the next call of anything else. */
  view(start: number, end = this.#length): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  /** A copy of everything. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(end: number): boolean {
    if (end > this.#limit) return false;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#limit, Math.max(end, this.#bytes.length * 2)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    return true;
  }
}

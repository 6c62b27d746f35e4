/** Bytes that have come and are not read yet: pieces in, views out. */
export class ByteQueue {
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Takes a copy. */
  push(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#bytes.length) this.#reserve(piece.length);
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** The first `count` bytes that are there, without taking them; valid until the next {@link push}. */
  peek(count: number): Uint8Array {
    return this.#bytes.subarray(this.#start, Math.min(this.#end, this.#start + count));
  }

  /** Takes `count` bytes, at most what is there; valid until the next {@link push}. */
  take(count: number): Uint8Array {
    const piece = this.peek(count);
    this.#start += piece.length;
    return piece;
  }

  #reserve(count: number): void {
    const { length } = this;
    const isRoomy = length + count <= this.#bytes.length / 2;
    const target = isRoomy ? this.#bytes : new Uint8Array(Math.max(4096, (length + count) * 2));
    target.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = target;
    this.#start = 0;
    this.#end = length;
  }
}

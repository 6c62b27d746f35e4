/** Bytes that wait to be sent. */
export class OutgoingBytes {
  #parts: Uint8Array[] = [];

  add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }

  /** All of them, once; undefined: there are none. */
  take(): Uint8Array | undefined {
    const parts = this.#parts;
    if (parts.length <= 1) {
      this.#parts = [];
      return parts[0];
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    return bytes;
  }
}

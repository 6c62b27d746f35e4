/** Bytes of sound between two blocks of metadata, as radios are used to. */
export const ICY_INTERVAL_BYTES = 16_000;
/** A block's length is told in one byte, in units of 16. */
const MAX_METADATA_BYTES = 255 * 16;

/**
 * Puts metadata into a stream of sound the way Icecast does: after every {@link ICY_INTERVAL_BYTES} a block, empty unless the title
 * has changed.
 */
export class IcyStream {
  #sinceBlock = 0;
  #told: string | undefined;

  /** What to send for these bytes of sound. */
  write(sound: Uint8Array, title: string): Uint8Array {
    const pieces: Uint8Array[] = [];
    let at = 0;
    while (at < sound.length) {
      const piece = sound.subarray(at, at + ICY_INTERVAL_BYTES - this.#sinceBlock);
      pieces.push(piece);
      at += piece.length;
      this.#sinceBlock += piece.length;
      if (this.#sinceBlock < ICY_INTERVAL_BYTES) continue;
      this.#sinceBlock = 0;
      pieces.push(this.#block(title));
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  #block(title: string): Uint8Array {
    if (title === this.#told) return Uint8Array.of(0);
    this.#told = title;
    // The quote ends the value and has no escape.
    const text = new TextEncoder().encode(`StreamTitle='${title.replaceAll("'", "’")}';`);
    if (text.length > MAX_METADATA_BYTES) return Uint8Array.of(0);
    const units = Math.ceil(text.length / 16);
    const block = new Uint8Array(1 + units * 16);
    block[0] = units;
    block.set(text, 1);
    return block;
  }
}

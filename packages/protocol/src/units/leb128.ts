/** Most bytes of a number (AV1 specification section 4.10.5). */
const MOST_BYTES = 8;

/** Reads an AV1 leb128 number; undefined when cut short or beyond 32 bits. Never throws. */
export function readLeb128(bytes: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let value = 0;
  let factor = 1;
  for (let count = 0; count < MOST_BYTES; count += 1) {
    const byte = bytes[offset + count];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if ((byte & 0x80) === 0) return value <= 0xffff_ffff ? { value, end: offset + count + 1 } : undefined;
  }
  return undefined;
}

/** How many bytes {@link writeLeb128} takes. */
export function leb128Bytes(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) count += 1;
  return count;
}

/** Writes a number from 0 to 2^32 - 1 in as few bytes as it takes; the offset behind it. */
export function writeLeb128(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset;
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes[at] = rest >= 128 ? 0x80 | (rest & 0x7f) : rest;
    at += 1;
    if (rest < 128) return at;
  }
}

const HEADER_BYTES = 8;

/** An ISO BMFF box (ISO 14496-12 section 4.2) around what `parts` hold, in order. */
export function box(type: string, ...parts: Uint8Array[]): Uint8Array {
  let size = HEADER_BYTES;
  for (const part of parts) size += part.length;
  if (size > 0xffff_ffff) throw new RangeError(`${type} of ${size} bytes`);
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, size);
  bytes.set(fourCc(type), 4);
  let at = HEADER_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A box with version and flags (ISO 14496-12 section 4.2.2). */
export function fullBox(type: string, { version = 0, flags = 0 }, ...parts: Uint8Array[]): Uint8Array {
  return box(type, Uint8Array.of(version, flags >> 16, flags >> 8, flags), ...parts);
}

/** The four letters of a box type or brand. */
export function fourCc(type: string): Uint8Array {
  return Uint8Array.of(type.charCodeAt(0), type.charCodeAt(1), type.charCodeAt(2), type.charCodeAt(3));
}

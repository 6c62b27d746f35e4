/** What an EBML element begins with (RFC 8794 section 5 and 6). */
export interface ElementHeader {
  id: number;
  /** Undefined: not known, it goes on until something that cannot be in it. */
  size: number | undefined;
  headerBytes: number;
}

/** The header at `offset`; `short`: more bytes are needed; undefined: none begins there. Never throws. */
export function readElementHeader(bytes: Uint8Array, offset = 0): ElementHeader | "short" | undefined {
  const first = bytes[offset];
  if (first === undefined) return "short";
  const idBytes = Math.clz32(first) - 23;
  if (idBytes > 4) return undefined;
  if (offset + idBytes >= bytes.length) return "short";
  let id = 0;
  for (let index = 0; index < idBytes; index += 1) id = id * 256 + bytes[offset + index]!;
  const size = readVint(bytes, offset + idBytes);
  if (size === "short" || size === undefined) return size;
  return { id, size: size.value, headerBytes: idBytes + size.bytes };
}

/** A number of 1 to 8 bytes; `value` undefined: all ones, not known. */
export function readVint(
  bytes: Uint8Array,
  offset: number,
): { value: number | undefined; bytes: number } | "short" | undefined {
  const first = bytes[offset];
  if (first === undefined) return "short";
  const count = Math.clz32(first) - 23;
  if (count > 8) return undefined;
  if (offset + count > bytes.length) return "short";
  let value = first & (0xff >> count);
  let isUnknown = value === 0xff >> count;
  for (let index = 1; index < count; index += 1) {
    const byte = bytes[offset + index]!;
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  if (isUnknown) return { value: undefined, bytes: count };
  return Number.isSafeInteger(value) ? { value, bytes: count } : undefined;
}

/** The elements of known size one behind the other in `bytes`, up to the first that is damaged. Never throws. */
export function* readElements(bytes: Uint8Array): Generator<{ id: number; payload: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const header = readElementHeader(bytes, at);
    if (header === "short" || header?.size === undefined) return;
    const start = at + header.headerBytes;
    at = start + header.size;
    if (at > bytes.length) return;
    yield { id: header.id, payload: bytes.subarray(start, at) };
  }
}

/** Up to 8 bytes as a number; undefined when it is longer or larger than is exact. */
export function readUnsigned(payload: Uint8Array): number | undefined {
  if (payload.length > 8) return undefined;
  let value = 0;
  for (const byte of payload) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : undefined;
}

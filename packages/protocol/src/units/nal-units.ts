/** A picture has some slices, parameter sets and messages; more than this is no picture. */
export const MOST_NALS = 1024;

/** The NAL units of a byte stream (H.264 annex B, HEVC annex B) as views, without start codes and the zeros around them. Never throws. */
export function splitAnnexB(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let start: number | undefined;
  for (let at = 0; at + 2 < bytes.length && nals.length < MOST_NALS; ) {
    const last = bytes[at + 2]!;
    if (last > 1) at += 3;
    else if (last === 1 && bytes[at] === 0 && bytes[at + 1] === 0) {
      if (start !== undefined) pushTrimmed(nals, bytes, start, at);
      at += 3;
      start = at;
    } else at += 1;
  }
  if (start !== undefined && nals.length < MOST_NALS) pushTrimmed(nals, bytes, start, bytes.length);
  return nals;
}

function pushTrimmed(nals: Uint8Array[], bytes: Uint8Array, start: number, before: number): void {
  let end = before;
  while (end > start && bytes[end - 1] === 0) end -= 1;
  if (end > start) nals.push(bytes.subarray(start, end));
}

/** The NAL units behind lengths of 1, 2 or 4 bytes, as views; undefined when what is there is not that throughout. Never throws. */
export function splitLengths(bytes: Uint8Array, lengthBytes = 4): Uint8Array[] | undefined {
  const nals: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + lengthBytes > bytes.length) return undefined;
    let length = 0;
    for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + bytes[at + index]!;
    const start = at + lengthBytes;
    at = start + length;
    if (at > bytes.length || nals.length >= MOST_NALS) return undefined;
    if (length > 0) nals.push(bytes.subarray(start, at));
  }
  return nals;
}

/** NAL units behind their four-byte lengths, in bytes of their own. */
export function withLengths(nals: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const nal of nals) size += 4 + nal.length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const nal of nals) {
    view.setUint32(at, nal.length);
    bytes.set(nal, at + 4);
    at += 4 + nal.length;
  }
  return bytes;
}

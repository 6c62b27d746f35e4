/** NAL units behind four-byte lengths, as views; ends where a length does not fit. Never throws. */
export function splitNals(data: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let at = 0;
  while (at + 4 < data.length) {
    const length = ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0;
    const end = at + 4 + length;
    if (length === 0 || end > data.length) break;
    nals.push(data.subarray(at + 4, end));
    at = end;
  }
  return nals;
}

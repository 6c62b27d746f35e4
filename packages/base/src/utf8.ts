/** UTF-8 bytes of `text`; lone surrogates become U+FFFD. (The sans-IO packages have no `TextEncoder`.) */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63));
      bytes.push(0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
  }
  return Uint8Array.from(bytes);
}

/** Text of UTF-8 `bytes`; each malformed byte becomes U+FFFD. Never throws. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; ) {
    const first = bytes[index]!;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    const point = length === 0 || first > 0xf4 ? -1 : decodePoint(bytes, index, length);
    if (point < 0) {
      text += "\ufffd";
      index += 1;
    } else {
      text += String.fromCodePoint(point);
      index += length;
    }
  }
  return text;
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

function decodePoint(bytes: Uint8Array, index: number, length: number): number {
  if (length === 1) return bytes[index]!;
  if (index + length > bytes.length) return -1;
  let point = bytes[index]! & (0x7f >> length);
  for (let offset = 1; offset < length; offset++) {
    const next = bytes[index + offset]!;
    if ((next & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (next & 63);
  }
  if (point < SMALLEST[length]! || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return -1;
  return point;
}

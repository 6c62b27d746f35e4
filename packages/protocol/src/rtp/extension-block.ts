import type { RtpHeaderExtension } from "./types.ts";

/** RFC 8285 section 4.2. */
export const ONE_BYTE_PROFILE = 0xbede;
/** RFC 8285 section 4.3; the low four bits are application bits. */
export const TWO_BYTE_PROFILE = 0x1000;

/**
 * Elements of an extension block (without its 4-byte header); an unknown profile has none. Zero bytes are padding; id
 * 15 ends a one-byte block, and an element that exceeds the block ends it too (RFC 8285 sections 4.1.2 and 4.2).
 */
export function parseExtensionBlock(profile: number, block: Uint8Array): RtpHeaderExtension[] {
  if (profile === ONE_BYTE_PROFILE) return parseElements(block, true);
  if ((profile & 0xfff0) === TWO_BYTE_PROFILE) return parseElements(block, false);
  return [];
}

function parseElements(block: Uint8Array, oneByte: boolean): RtpHeaderExtension[] {
  const extensions: RtpHeaderExtension[] = [];
  let offset = 0;
  while (offset < block.length) {
    const head = block[offset]!;
    offset += 1;
    if (head === 0) continue;
    const id = oneByte ? head >> 4 : head;
    if (oneByte && id === 15) break;
    if (!oneByte && offset >= block.length) break;
    const length = oneByte ? (head & 15) + 1 : block[offset++]!;
    if (offset + length > block.length) break;
    // A one-byte element with id 0 and a length is malformed: its data is skipped.
    if (id !== 0) extensions.push({ id, data: block.subarray(offset, offset + length) });
    offset += length;
  }
  return extensions;
}

/** True when the elements do not fit the one-byte form: an id above 14, an empty element, or more than 16 bytes. */
export function needsTwoByteForm(extensions: readonly RtpHeaderExtension[]): boolean {
  return extensions.some(({ id, data }) => id > 14 || data.length === 0 || data.length > 16);
}

/**
 * The block with its 4-byte header, zero padded to a multiple of four; empty for no elements. One-byte form unless an
 * element needs the other. Throws `RangeError` on an id outside 1..255 or more than 255 bytes of data.
 */
export function serializeExtensionBlock(extensions: readonly RtpHeaderExtension[]): Uint8Array {
  if (extensions.length === 0) return new Uint8Array(0);
  for (const { id, data } of extensions) {
    if (!Number.isInteger(id) || id < 1 || id > 255) throw new RangeError("an extension id is 1..255");
    if (data.length > 255) throw new RangeError("a header extension has at most 255 bytes");
  }
  const twoByte = needsTwoByteForm(extensions);
  const headBytes = twoByte ? 2 : 1;
  const bodyBytes = extensions.reduce((sum, { data }) => sum + headBytes + data.length, 0);
  const words = Math.ceil(bodyBytes / 4);
  const block = new Uint8Array(4 + words * 4);
  const profile = twoByte ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE;
  block.set([profile >> 8, profile & 255, words >> 8, words & 255]);
  let offset = 4;
  for (const { id, data } of extensions) {
    if (twoByte) {
      block[offset] = id;
      block[offset + 1] = data.length;
    } else {
      block[offset] = (id << 4) | (data.length - 1);
    }
    block.set(data, offset + headBytes);
    offset += headBytes + data.length;
  }
  return block;
}

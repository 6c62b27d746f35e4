/** One block of a RED payload (RFC 2198 section 3). */
export interface RedBlock {
  payloadType: number;
  /** How much older than the packet's timestamp it is, 0..16383; 0 for the primary block. */
  timestampOffset: number;
  /** A view when parsed. */
  data: Uint8Array;
}

export const RED_MAX_TIMESTAMP_OFFSET = 2 ** 14 - 1;
export const RED_MAX_BLOCK_BYTES = 2 ** 10 - 1;
const MAX_BLOCKS = 32;

/** The blocks in their order, the primary one last; undefined when cut short or more than 32. Never throws. */
export function parseRed(payload: Uint8Array): RedBlock[] | undefined {
  const headers: { payloadType: number; timestampOffset: number; size: number }[] = [];
  let offset = 0;
  for (let more = true; more; ) {
    const first = payload[offset];
    if (first === undefined || headers.length === MAX_BLOCKS) return undefined;
    more = (first & 0x80) !== 0;
    const payloadType = first & 0x7f;
    if (!more) {
      headers.push({ payloadType, timestampOffset: 0, size: 0 });
      offset += 1;
      break;
    }
    if (offset + 4 > payload.length) return undefined;
    const word = (payload[offset + 1]! << 16) | (payload[offset + 2]! << 8) | payload[offset + 3]!;
    headers.push({ payloadType, timestampOffset: word >> 10, size: word & RED_MAX_BLOCK_BYTES });
    offset += 4;
  }
  const blocks: RedBlock[] = [];
  for (const [index, { payloadType, timestampOffset, size }] of headers.entries()) {
    const end = index === headers.length - 1 ? payload.length : offset + size;
    if (end > payload.length) return undefined;
    blocks.push({ payloadType, timestampOffset, data: payload.subarray(offset, end) });
    offset = end;
  }
  return blocks;
}

/** A RED payload of these blocks, the primary one last. Throws `RangeError` on values that do not fit. */
export function serializeRed(blocks: readonly RedBlock[]): Uint8Array {
  const primary = blocks.at(-1);
  if (primary === undefined || blocks.length > MAX_BLOCKS) throw new RangeError("1 to 32 blocks");
  const bytes = new Uint8Array(blocks.reduce((sum, { data }) => sum + 4 + data.length, -3));
  let offset = 0;
  for (const { payloadType, timestampOffset, data } of blocks.slice(0, -1)) {
    if (
      timestampOffset < 0 ||
      timestampOffset > RED_MAX_TIMESTAMP_OFFSET ||
      data.length > RED_MAX_BLOCK_BYTES
    )
      throw new RangeError("a redundant block is too old or too long");
    const word = timestampOffset * 1024 + data.length;
    bytes.set([0x80 | payloadType, word >> 16, word >> 8, word], offset);
    offset += 4;
  }
  bytes[offset] = primary.payloadType & 0x7f;
  offset += 1;
  for (const { data } of blocks) {
    bytes.set(data, offset);
    offset += data.length;
  }
  return bytes;
}

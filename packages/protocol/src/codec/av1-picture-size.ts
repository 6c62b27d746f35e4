import { parseAv1Sequence } from "../units/av1-sequence.ts";
import { readLeb128 } from "../units/leb128.ts";
import type { PictureSize } from "./types.ts";

const SEQUENCE_HEADER = 1;

/** From the sequence header among the OBUs of the packet (RTP payload format for AV1, section 4.4). */
export function av1PictureSize(payload: Uint8Array): PictureSize | undefined {
  const aggregation = payload[0];
  if (aggregation === undefined || (aggregation & 0x80) !== 0) return undefined;
  const count = (aggregation >> 4) & 3;
  let offset = 1;
  for (let element = 1; offset < payload.length; element += 1) {
    // With a count, the last element has no length of its own.
    const isLast = count > 0 && element === count;
    const length = isLast ? { value: payload.length - offset, end: offset } : readLeb128(payload, offset);
    if (length === undefined) return undefined;
    offset = length.end + length.value;
    const obu = payload.subarray(length.end, offset);
    if ((((obu[0] ?? 0) >> 3) & 15) === SEQUENCE_HEADER) return parseAv1Sequence(obu);
    if (isLast) return undefined;
  }
  return undefined;
}

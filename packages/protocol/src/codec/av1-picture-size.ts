import { BitReader } from "../bytes/bit-reader.ts";
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
    const length = isLast ? { value: payload.length - offset, bytes: 0 } : readLeb128(payload, offset);
    if (length === undefined) return undefined;
    offset += length.bytes;
    const obu = payload.subarray(offset, offset + length.value);
    const header = obu[0] ?? 0;
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return readSequenceHeader(obu, header);
    if (isLast) return undefined;
    offset += length.value;
  }
  return undefined;
}

function readSequenceHeader(obu: Uint8Array, header: number): PictureSize | undefined {
  let offset = (header & 4) !== 0 ? 2 : 1;
  if ((header & 2) !== 0) offset += readLeb128(obu, offset)?.bytes ?? 0;
  const bits = new BitReader(obu.subarray(offset));
  bits.skip(4);
  if (bits.flag()) bits.skip(5);
  else skipOperatingPoints(bits);
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  const size = { width: bits.bits(widthBits) + 1, height: bits.bits(heightBits) + 1 };
  return bits.isOver ? undefined : size;
}

/** AV1 specification section 5.5.1, from `timing_info_present_flag` to the operating points. */
function skipOperatingPoints(bits: BitReader): void {
  let delayBits = 0;
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) bits.unsignedGolomb();
    if (bits.flag()) {
      delayBits = bits.bits(5) + 1;
      bits.skip(42);
    }
  }
  const hasDisplayDelays = bits.flag();
  for (let left = bits.bits(5) + 1; left > 0 && !bits.isOver; left -= 1) {
    bits.skip(12);
    if (bits.bits(5) > 7) bits.skip(1);
    if (delayBits > 0 && bits.flag()) bits.skip(2 * delayBits + 1);
    if (hasDisplayDelays && bits.flag()) bits.skip(4);
  }
}

/** AV1 specification section 4.10.5, at most 4 bytes here. */
function readLeb128(bytes: Uint8Array, offset: number): { value: number; bytes: number } | undefined {
  let value = 0;
  for (let count = 0; count < 4; count += 1) {
    const byte = bytes[offset + count];
    if (byte === undefined) return undefined;
    value |= (byte & 0x7f) << (7 * count);
    if ((byte & 0x80) === 0) return { value, bytes: count + 1 };
  }
  return undefined;
}

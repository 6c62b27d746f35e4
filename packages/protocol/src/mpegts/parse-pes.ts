/** A PES packet (ISO 13818-1 section 2.4.3.6). Times in ticks of 90 kHz, 33 bits. */
export interface PesPacket {
  pts: number | undefined;
  /** Undefined: as `pts`. */
  dts: number | undefined;
  payload: Uint8Array;
  /** Nearly as long as a PES packet can say: one without time may carry it on. */
  mayContinue: boolean;
}

const FIXED_BYTES = 9;
const MAY_CONTINUE = 65_000;

/** Reads a whole PES packet of sound or picture; undefined when malformed. Never throws. */
export function parsePes(bytes: Uint8Array): PesPacket | undefined {
  if (bytes.length < FIXED_BYTES || !isPesStart(bytes) || (bytes[6]! & 0xc0) !== 0x80) return undefined;
  const start = FIXED_BYTES + bytes[8]!;
  if (start > bytes.length) return undefined;
  const flags = bytes[7]! >> 6;
  const hasPts = flags >= 2 && bytes[8]! >= 5;
  const hasDts = flags === 3 && bytes[8]! >= 10;
  return {
    pts: hasPts ? readTime(bytes, FIXED_BYTES) : undefined,
    dts: hasDts ? readTime(bytes, FIXED_BYTES + 5) : undefined,
    payload: bytes.subarray(start),
    mayContinue: ((bytes[4]! << 8) | bytes[5]!) >= MAY_CONTINUE,
  };
}

export function isPesStart(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 1;
}

/** 33 bits with a marker behind each piece. */
function readTime(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! >> 1) & 7;
  const middle = (bytes[at + 1]! << 7) | (bytes[at + 2]! >> 1);
  const low = (bytes[at + 3]! << 7) | (bytes[at + 4]! >> 1);
  return high * 0x4000_0000 + middle * 0x8000 + low;
}

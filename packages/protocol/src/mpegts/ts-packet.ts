/** Every packet is this long (ISO 13818-1 section 2.4.3). */
export const TS_PACKET_BYTES = 188;
export const TS_SYNC = 0x47;

/** What the header of a packet says. */
export interface TsPacket {
  pid: number;
  /** A section or PES packet begins in it. */
  isStart: boolean;
  /** Damaged on its way, or scrambled: the payload is no use. */
  isUnusable: boolean;
  /** Counts packets with payload, 0 to 15. */
  counter: number;
  /** The counter may jump here, and a new timeline begins. */
  isDiscontinuity: boolean;
  /** Filled up in front of the payload: what began before ends in this packet. */
  isStuffed: boolean;
  /** Empty when the packet has none. */
  payload: Uint8Array;
}

const PCR_BYTES = 6;

/** Reads 188 bytes that begin with the sync byte; undefined when malformed. Never throws. */
export function parseTsPacket(bytes: Uint8Array): TsPacket | undefined {
  if (bytes.length !== TS_PACKET_BYTES || bytes[0] !== TS_SYNC) return undefined;
  const flags = bytes[3]!;
  const hasAdaptation = (flags & 0x20) !== 0;
  const adaptationBytes = hasAdaptation ? bytes[4]! + 1 : 0;
  if (4 + adaptationBytes > TS_PACKET_BYTES) return undefined;
  const adaptation = bytes.subarray(4, 4 + adaptationBytes);
  return {
    pid: ((bytes[1]! & 0x1f) << 8) | bytes[2]!,
    isStart: (bytes[1]! & 0x40) !== 0,
    isUnusable: (bytes[1]! & 0x80) !== 0 || (flags & 0xc0) !== 0,
    counter: flags & 15,
    isDiscontinuity: adaptationBytes > 1 && (adaptation[1]! & 0x80) !== 0,
    isStuffed: hasAdaptation && isStuffed(adaptation),
    payload: (flags & 0x10) !== 0 ? bytes.subarray(4 + adaptationBytes) : bytes.subarray(0, 0),
  };
}

/** Longer than its fields need (ISO 13818-1 section 2.4.3.4). */
function isStuffed(adaptation: Uint8Array): boolean {
  if (adaptation.length === 1) return true;
  const flags = adaptation[1]!;
  let needed = 2;
  if ((flags & 0x10) !== 0) needed += PCR_BYTES;
  if ((flags & 0x08) !== 0) needed += PCR_BYTES;
  if ((flags & 0x04) !== 0) needed += 1;
  if ((flags & 0x02) !== 0) needed += 1 + (adaptation[needed] ?? 0);
  if ((flags & 0x01) !== 0) needed += 1 + (adaptation[needed] ?? 0);
  return adaptation.length > needed;
}

/** NAL unit types of H.264 (ITU-T H.264 table 7-1) that decoders are told otherwise, or need not be told. */
const SEI = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;

export interface H264Packet {
  sps: Uint8Array[];
  pps: Uint8Array[];
  /** The coded picture: NAL units with four-byte lengths. */
  data: Uint8Array;
}

/** Takes a packet of an encoder (ITU-T H.264 annex B) apart. */
export function splitAnnexB(bytes: Uint8Array): H264Packet {
  const sps: Uint8Array[] = [];
  const pps: Uint8Array[] = [];
  const picture: Uint8Array[] = [];
  for (const unit of nalUnits(bytes)) {
    const type = unit[0]! & 31;
    if (type === SPS) sps.push(unit.slice());
    else if (type === PPS) pps.push(unit.slice());
    else if (type !== SEI && type !== DELIMITER) picture.push(unit);
  }
  return { sps, pps, data: withLengths(picture) };
}

/** NAL units behind lengths of four bytes, as MP4 holds them. */
export function withLengths(units: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  const view = new DataView(data.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.length);
    data.set(unit, at + 4);
    at += 4 + unit.length;
  }
  return data;
}

/** What lies between start codes of three or four bytes; empty units are left out. */
export function nalUnits(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = -1;
  const take = (end: number) => {
    let last = end;
    while (last > start && bytes[last - 1] === 0) last -= 1;
    if (start >= 0 && last > start) units.push(bytes.subarray(start, last));
  };
  for (let at = bytes.indexOf(1, 2); at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] !== 0 || bytes[at - 2] !== 0) continue;
    take(at - 2);
    start = at + 1;
  }
  take(bytes.length);
  return units;
}

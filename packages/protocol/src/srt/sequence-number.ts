/** Sequence numbers of SRT packets have 31 bits and wrap. */
const MASK = 0x7fff_ffff;
const HALF = 0x4000_0000;

/** The number `by` packets after `sequence`; `by` may be negative. */
export function sequenceAfter(sequence: number, by = 1): number {
  return (sequence + by) & MASK;
}

/** Packets from `from` to `to` the short way round: negative when `to` is older. */
export function sequenceDistance(from: number, to: number): number {
  const distance = (to - from) & MASK;
  return distance < HALF ? distance : distance - HALF * 2;
}

/*
 * A time that survives a video codec: 32 black or white blocks in a row, 24 bits of milliseconds and 8 of a check, most
 * significant first. Runs in browsers and in Node.
 */

const TIME_BITS = 24;
const CHECK_BITS = 8;

/** Blocks in the row. */
export const PATTERN_BLOCKS = TIME_BITS + CHECK_BITS;
/** Times are modulo this, ms (4.6 hours). */
export const PATTERN_PERIOD_MS = 2 ** TIME_BITS;

/** The row for a time in ms since any epoch: true is white. */
export function encodePattern(timeMs: number): boolean[] {
  const time = modulo(Math.floor(timeMs));
  return [...bitsOf(time, TIME_BITS), ...bitsOf(checkOf(time), CHECK_BITS)];
}

/** The time modulo the period out of the blocks' brightness (0..255), or undefined when the picture does not say one. */
export function decodePattern(brightness: readonly number[]): number | undefined {
  if (brightness.length !== PATTERN_BLOCKS) return undefined;
  const bits = brightness.map((value) => value >= 128);
  const time = numberOf(bits.slice(0, TIME_BITS));
  return numberOf(bits.slice(TIME_BITS)) === checkOf(time) ? time : undefined;
}

/** How long ago `then` (modulo the period) was at `nowMs`; up to half a period. Slightly negative when clocks differ. */
export function elapsedSince(then: number, nowMs: number): number {
  const elapsed = modulo(nowMs - then);
  return elapsed > PATTERN_PERIOD_MS / 2 ? elapsed - PATTERN_PERIOD_MS : elapsed;
}

function modulo(value: number): number {
  return ((value % PATTERN_PERIOD_MS) + PATTERN_PERIOD_MS) % PATTERN_PERIOD_MS;
}

function bitsOf(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((value >> (count - 1 - index)) & 1) === 1);
}

function numberOf(bits: readonly boolean[]): number {
  return bits.reduce((sum, bit) => sum * 2 + (bit ? 1 : 0), 0);
}

/** Never the same for two times that differ in one bit; not zero for a black picture. */
function checkOf(time: number): number {
  let crc = 0xff;
  for (const byte of [time >> 16, (time >> 8) & 0xff, time & 0xff]) {
    crc ^= byte;
    // CRC-8, polynomial 0x07.
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1) & 0xff;
  }
  return crc;
}

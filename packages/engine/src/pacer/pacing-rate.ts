/** The pacer runs ahead of the estimate, so that a keyframe does not wait for long. */
const NORMAL_FACTOR = 2.5;
/** Less so while bursts may be what hurts. */
const CAREFUL_FACTOR = 1.2;
const MIN_PACING_BPS = 100_000;
/** What leaves at once after a pause, as time at the pacing rate. */
const BURST_MS = 10;
const MIN_BURST_BYTES = 2500;
const MAX_BURST_BYTES = 32_768;

/** Bits per second the pacer lets through; `careful` on a path with a queue or losses. */
export function pacingRateBps(estimateBps: number, careful: boolean): number {
  return Math.max(MIN_PACING_BPS, estimateBps * (careful ? CAREFUL_FACTOR : NORMAL_FACTOR));
}

/** Bytes that may leave at once: two packets on a path with a queue or losses, else a frame of many. */
export function pacingBurstBytes(pacingBps: number, careful: boolean): number {
  if (careful) return MIN_BURST_BYTES;
  return Math.round(Math.max(MIN_BURST_BYTES, Math.min(MAX_BURST_BYTES, (pacingBps * BURST_MS) / 8000)));
}

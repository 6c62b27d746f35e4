/** The pacer runs ahead of the estimate, so that a keyframe does not wait for long, and less so when that would hurt. */
const NORMAL_FACTOR = 2.5;
const CAREFUL_FACTOR = 1.5;
const MIN_PACING_BPS = 300_000;
/** What leaves at once after a pause, as time at the pacing rate. */
const BURST_MS = 10;
const MIN_BURST_BYTES = 3000;
const MAX_BURST_BYTES = 32_768;

/** Bits per second the pacer lets through; `careful` while a queue grows or packets are lost. */
export function pacingRateBps(estimateBps: number, careful: boolean): number {
  return Math.max(MIN_PACING_BPS, estimateBps * (careful ? CAREFUL_FACTOR : NORMAL_FACTOR));
}

/** Bytes that may leave at once at this pacing rate. */
export function pacingBurstBytes(pacingBps: number): number {
  return Math.round(Math.max(MIN_BURST_BYTES, Math.min(MAX_BURST_BYTES, (pacingBps * BURST_MS) / 8000)));
}

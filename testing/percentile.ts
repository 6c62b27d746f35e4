/**
 * The value below which `share` (0..1) of the samples lie, interpolated between neighbours; NaN without samples.
 * The samples need not be sorted.
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, share));
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** What benchmarks report of a latency. */
export interface Latency {
  p50Ms: number;
  p95Ms: number;
}

/** Median and 95th percentile, rounded to a tenth of a millisecond. */
export function latencyOf(samplesMs: readonly number[]): Latency {
  return { p50Ms: tenth(percentile(samplesMs, 0.5)), p95Ms: tenth(percentile(samplesMs, 0.95)) };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

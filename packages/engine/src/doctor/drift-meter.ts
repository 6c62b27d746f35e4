/** Shorter than this, what the network does looks like drift, ms. */
const LEAST_MS = 180_000;
const MOST_SAMPLES = 300;
const SAMPLE_MS = 2000;
/** Samples this far off the line are another timeline, ms. */
const JUMP_MS = 1000;
/** Drift must stand out from what is not on its line by this factor; a single step reaches six. */
const CLARITY = 10;

/** How a stream's timestamps map to the node's clock at one moment. */
export interface ClockSample {
  /** µs since 1970. */
  unixMicros: number;
  /** 32 bits, wrapping. */
  rtpTimestamp: number;
}

/** How much faster a sender's clock runs than the node's, from minutes of how its timestamps map to it. */
export class DriftMeter {
  readonly #clockRate: number;
  readonly #samples: { mediaMs: number; aheadMs: number }[] = [];
  #last: ClockSample | undefined;
  #ticks = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** The mapping as it is now; the same one twice counts once. */
  add(sample: ClockSample): void {
    const { unixMicros, rtpTimestamp } = sample;
    const last = this.#last;
    if (last !== undefined) {
      const ticks = (rtpTimestamp - last.rtpTimestamp) | 0;
      if (ticks * 1000 < SAMPLE_MS * this.#clockRate && ticks >= 0) return;
      this.#ticks += ticks;
    }
    this.#last = sample;
    const mediaMs = (this.#ticks * 1000) / this.#clockRate;
    const before = this.#samples.at(-1);
    const aheadMs = mediaMs - unixMicros / 1000;
    if (before !== undefined && Math.abs(aheadMs - before.aheadMs) > JUMP_MS) this.#samples.length = 0;
    this.#samples.push({ mediaMs, aheadMs });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  /** Parts in a million; undefined before three minutes, 0 while nothing stands out. */
  get ppm(): number | undefined {
    const samples = this.#samples;
    const spanMs = (samples.at(-1)?.mediaMs ?? 0) - (samples[0]?.mediaMs ?? 0);
    if (spanMs < LEAST_MS) return undefined;
    const meanX = mean(samples.map(({ mediaMs }) => mediaMs));
    const meanY = mean(samples.map(({ aheadMs }) => aheadMs));
    let [xx, xy] = [0, 0];
    for (const { mediaMs, aheadMs } of samples) {
      xx += (mediaMs - meanX) ** 2;
      xy += (mediaMs - meanX) * (aheadMs - meanY);
    }
    const slope = xy / xx;
    const noise = mean(samples.map((at) => (at.aheadMs - meanY - slope * (at.mediaMs - meanX)) ** 2)) ** 0.5;
    return Math.abs(slope) * spanMs < CLARITY * noise ? 0 : slope * 1e6;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface StreamRates {
  /** Bits per second. */
  bitrate: number;
  packetsPerSecond: number;
  framesPerSecond: number;
}

/** Counts one incoming stream; rates are over the time since the last `take`. Allocates nothing per packet. */
export class StreamMeter {
  #bytes = 0;
  #packets = 0;
  #frames = 0;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** `marker` ends a frame. */
  count(bytes: number, marker: boolean): void {
    this.#bytes += bytes;
    this.#packets += 1;
    if (marker) this.#frames += 1;
  }

  take(nowMs: number): StreamRates {
    const seconds = Math.max(0.001, (nowMs - this.#sinceMs) / 1000);
    const rates = {
      bitrate: (this.#bytes * 8) / seconds,
      packetsPerSecond: this.#packets / seconds,
      framesPerSecond: this.#frames / seconds,
    };
    this.#bytes = 0;
    this.#packets = 0;
    this.#frames = 0;
    this.#sinceMs = nowMs;
    return rates;
  }
}

/** Where sound ends or begins in its midst, so many samples are faded, 5 ms at 48 kHz: a step would be a click. */
const fadeSamples = 240;

/**
 * Joins sound that does not belong together. A step from the last sample to the next is turned into a short slope: what
 * was heard last dies away under what follows, which comes up from nothing.
 */
export class SoftSplice {
  readonly #last: number[];
  /** Samples of the fade that are left. */
  #left = 0;
  #from: number[];

  constructor(channels: number) {
    this.#last = new Array<number>(channels).fill(0);
    this.#from = [...this.#last];
  }

  /** What comes next does not follow what came last. */
  cut(): void {
    this.#left = fadeSamples;
    this.#from = [...this.#last];
  }

  /** Changes the next samples in place: one plane for each channel. */
  join(planes: readonly Float32Array[]): void {
    const samples = planes[0]?.length ?? 0;
    if (samples === 0) return;
    const count = Math.min(this.#left, samples);
    for (const [channel, plane] of planes.entries()) {
      for (let at = 0; at < count; at++) {
        const old = (this.#left - at) / fadeSamples;
        plane[at] = plane[at]! * (1 - old) + this.#from[channel]! * old;
      }
      this.#last[channel] = plane[samples - 1]!;
    }
    this.#left -= count;
  }
}

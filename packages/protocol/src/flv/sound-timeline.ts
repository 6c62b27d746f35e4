/** Timestamps of milliseconds miss by half a one. */
const TOLERANCE_MICROS = 2000;
/** So much of what is left between the two is taken over with each packet: clocks that differ stay together. */
const PULL = 64;

/** Gives packets of sound the times their samples have, where the sender's timestamps are only rounded to milliseconds. */
export class SoundTimeline {
  #nextMicros: number | undefined;

  /** `statedMicros`: what the sender says of this packet, which sounds for `durationMicros`. Returns when it really begins, µs. */
  place(statedMicros: number, durationMicros: number): number {
    const expected = this.#nextMicros;
    const difference = expected === undefined ? Number.POSITIVE_INFINITY : statedMicros - expected;
    const at =
      expected === undefined || Math.abs(difference) > TOLERANCE_MICROS
        ? statedMicros
        : expected + difference / PULL;
    this.#nextMicros = at + durationMicros;
    return at;
  }
}

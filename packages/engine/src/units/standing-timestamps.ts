import { timestampDelta } from "@sameroom/protocol";

/** A sender that brings nothing for so long may have rested, µs. */
const REST_MICROS = 200_000;
/** So long its packets have to come as fast as they sound: a queue that empties is faster. */
const STEADY_MICROS = 300_000;
/** … give or take what networks scatter, µs. */
const SCATTER_MICROS = 80_000;

/**
 * Tells when a sender has rested and its timestamps stood still meanwhile: Chromium's sound does so while its microphone is taken
 * away. Packets that only came late look alike at first, and then catch up. Arrivals on any one clock, µs.
 */
export class StandingTimestamps {
  readonly #microsPerTick: number;
  /** Of the newest packet. */
  #timestamp: number | undefined;
  #arrivalMicros = 0;
  /** Since the first packet behind what may have been a rest: by its arrival, and by the timestamps; undefined: there was none. */
  #sinceMicros: number | undefined;
  #soundMicros = 0;

  /** `clockRate`: ticks of the timestamp a second. */
  constructor(clockRate: number) {
    this.#microsPerTick = 1e6 / clockRate;
  }

  /** The next packet that came. True: this one and those behind it were captured later than their timestamps say, by the length of the rest. */
  take(timestamp: number, arrivalMicros: number): boolean {
    const waitedMicros = arrivalMicros - this.#arrivalMicros;
    const steps = this.#timestamp === undefined ? 0 : timestampDelta(timestamp, this.#timestamp);
    const stepMicros = steps * this.#microsPerTick;
    const isFirst = this.#timestamp === undefined;
    this.#timestamp = timestamp;
    this.#arrivalMicros = arrivalMicros;
    if (isFirst) return false;
    if (waitedMicros >= REST_MICROS && waitedMicros - stepMicros >= REST_MICROS) {
      this.#sinceMicros = arrivalMicros;
      this.#soundMicros = 0;
      return false;
    }
    if (this.#sinceMicros === undefined) return false;
    this.#soundMicros += stepMicros;
    const cameMicros = arrivalMicros - this.#sinceMicros;
    const isSteady = Math.abs(cameMicros - this.#soundMicros) <= SCATTER_MICROS;
    if (isSteady && cameMicros < STEADY_MICROS) return false;
    this.#sinceMicros = undefined;
    return isSteady;
  }
}

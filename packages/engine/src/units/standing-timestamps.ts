import { timestampDelta } from "@sameroom/protocol";

interface Packet {
  timestamp: number;
  arrivalMicros: number;
}

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
  #last: Packet | undefined;
  /** The first packet behind what may have been a rest. */
  #first: Packet | undefined;

  /** `clockRate`: ticks of the timestamp a second. */
  constructor(clockRate: number) {
    this.#microsPerTick = 1e6 / clockRate;
  }

  /** The next packet that came. True: this one and those behind it were captured later than their timestamps say, by the length of the rest. */
  take(timestamp: number, arrivalMicros: number): boolean {
    const packet = { timestamp, arrivalMicros };
    const last = this.#last;
    this.#last = packet;
    if (last === undefined) return false;
    const hasRested = arrivalMicros - last.arrivalMicros >= REST_MICROS;
    if (hasRested && this.#lateness(last, packet) >= REST_MICROS) {
      this.#first = packet;
      return false;
    }
    const first = this.#first;
    if (first === undefined) return false;
    if (Math.abs(this.#lateness(first, packet)) > SCATTER_MICROS) {
      this.#first = undefined;
      return false;
    }
    if (arrivalMicros - first.arrivalMicros < STEADY_MICROS) return false;
    this.#first = undefined;
    return true;
  }

  /** By how much more the arrivals of two packets are apart than their timestamps, µs. */
  #lateness(from: Packet, to: Packet): number {
    const ticks = timestampDelta(to.timestamp, from.timestamp);
    return to.arrivalMicros - from.arrivalMicros - ticks * this.#microsPerTick;
  }
}

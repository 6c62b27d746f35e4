/** Packets that leave within this time are one burst: what parts them on arrival is the path. */
const BURST_MICROS = 5000;
/** So many gaps, and so long a time, tell of a rate. */
const LEAST_GAPS = 3;
const LEAST_SPAN_MICROS = 40_000;
/** A bottleneck sends one packet after the other; jitter parts some of them and leaves others together. */
const LEAST_REGULARITY = 0.5;

/**
 * The rate of the bottleneck as the packets of one frame show it, which left together: each comes as much later than the
 * one before as it takes to be sent (packet-train dispersion, Dovrolis et al. 2001). It is known a tenth of a second after
 * the bandwidth has fallen, before the queue says anything.
 */
export class BurstSpread {
  #firstSent = Number.NEGATIVE_INFINITY;
  #firstArrival = 0;
  #lastArrival = 0;
  #bytes = 0;
  #gaps = 0;
  /** Shortest time from one packet to the next, by its bytes. */
  #leastGap = Number.POSITIVE_INFINITY;
  #rateBps: number | undefined;

  /** Takes a packet that arrived. A burst that comes in another order than it was sent tells nothing. */
  add(sentMicros: number, arrivalMicros: number, size: number): void {
    const sinceFirst = sentMicros - this.#firstSent;
    const gap = arrivalMicros - this.#lastArrival;
    if (sinceFirst < 0 || sinceFirst > BURST_MICROS) {
      this.#firstSent = sentMicros;
      this.#firstArrival = arrivalMicros;
      this.#bytes = 0;
      this.#gaps = 0;
      this.#leastGap = Number.POSITIVE_INFINITY;
    } else {
      this.#bytes += size;
      this.#gaps += 1;
      this.#leastGap = Math.min(this.#leastGap, gap / size);
      this.#judge(arrivalMicros - this.#firstArrival);
    }
    this.#lastArrival = arrivalMicros;
  }

  /** Bits per second at which the newest long burst since the last call came; undefined: there was none. */
  take(): number | undefined {
    const rateBps = this.#rateBps;
    this.#rateBps = undefined;
    return rateBps;
  }

  #judge(spanMicros: number): void {
    if (this.#gaps < LEAST_GAPS || spanMicros < LEAST_SPAN_MICROS) return;
    const regular = this.#leastGap * this.#bytes >= LEAST_REGULARITY * spanMicros;
    this.#rateBps = regular ? (this.#bytes * 8e6) / spanMicros : undefined;
  }
}

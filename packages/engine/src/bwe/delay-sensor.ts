import { BurstSpread } from "./burst-spread.ts";
import { OveruseDetector } from "./overuse-detector.ts";
import { PacketGroups } from "./packet-groups.ts";
import { QueueDelay } from "./queue-delay.ts";
import { TrendlineFilter } from "./trendline-filter.ts";
import type { PathEstimate } from "./types.ts";

/** A queue that a probe makes is no congestion until it should have gone. */
const PROBE_ECHO_MICROS = 200_000;
/** A standing queue lowers what may be sent from this on, by a thousandth a millisecond, down to a share. */
const DRAIN_FROM_MS = 50;
const LEAST_DRAIN = 0.6;
/** A burst that comes at less than these shares of the rates of arrival and expectation shows that the path is narrow now. */
const NARROW_OF_ARRIVING = 0.8;
const NARROW_OF_EXPECTED = 0.5;
const USUAL_HALF_LIFE_MICROS = 1_000_000;

/** What delays say: the trend of inter-group delays against its threshold, confirmed by the queue that stands. */
export class DelaySensor {
  readonly #groups = new PacketGroups();
  readonly #trend = new TrendlineFilter();
  readonly #detector = new OveruseDetector();
  readonly #queue = new QueueDelay();
  readonly #spread = new BurstSpread();
  #lastMicros = Number.NEGATIVE_INFINITY;
  #usualBps = 0;
  #usualMicros = Number.NEGATIVE_INFINITY;
  #probeEndMicros = Number.NEGATIVE_INFINITY;

  /** Takes a packet that arrived. */
  add(sentMicros: number, arrivalMicros: number, size: number, cluster: number): void {
    this.#queue.add(sentMicros, arrivalMicros, size);
    this.#spread.add(sentMicros, arrivalMicros, size);
    this.#lastMicros = arrivalMicros;
    if (cluster !== 0) this.#probeEndMicros = arrivalMicros + PROBE_ECHO_MICROS;
    if (!this.#groups.add(sentMicros, arrivalMicros)) return;
    const { arrivalDeltaMs, sendDeltaMs } = this.#groups;
    const arrivalMs = this.#groups.arrivalMicros / 1000;
    this.#trend.add(arrivalDeltaMs - sendDeltaMs, arrivalMs);
    this.#detector.detect(this.#trend.slope, this.#trend.samples, sendDeltaMs, arrivalMs);
  }

  /** The rate the path should carry, as estimated. */
  expect(rateBps: number): void {
    this.#queue.expect(rateBps);
  }

  /**
   * As of the last packet. A rising trend is overuse only where a queue stands that is neither a burst's nor a probe's; and a
   * queue that grows suddenly is, before groups of packets can tell of a trend.
   */
  usage(): PathEstimate["usage"] {
    const { usage } = this.#detector;
    const queued = usage === "overuse" ? this.#queue.queued : this.#queue.sudden;
    const overuse = queued && this.#lastMicros >= this.#probeEndMicros;
    this.#queue.frozen = overuse;
    if (overuse) return "overuse";
    return usage === "overuse" ? "normal" : usage;
  }

  /**
   * The rate at which the newest burst came, bits per second, where that is far less than what arrived lately and than the
   * rate expected: the path has become narrow. Undefined otherwise. To be asked once for each feedback.
   */
  narrowedTo(arrivingBps: number | undefined, expectedBps: number): number | undefined {
    const spreadBps = this.#spread.take();
    if (arrivingBps === undefined) return undefined;
    // What arrives becomes less with the path: it is compared with what arrived before.
    const forgotten = 0.5 ** ((this.#lastMicros - this.#usualMicros) / USUAL_HALF_LIFE_MICROS);
    this.#usualBps = Math.max(arrivingBps, this.#usualBps * Math.min(1, forgotten));
    this.#usualMicros = this.#lastMicros;
    if (spreadBps === undefined) return undefined;
    const narrow =
      spreadBps < NARROW_OF_ARRIVING * this.#usualBps && spreadBps < NARROW_OF_EXPECTED * expectedBps;
    return narrow ? spreadBps : undefined;
  }

  /** No queue but that of bursts and jitter. */
  get calm(): boolean {
    return this.#queue.excessMs <= 0;
  }

  /** Of consecutive packets, ms (RFC 3550 section 6.4.1). */
  get jitterMs(): number {
    return this.#queue.jitterMs;
  }

  /** Share of the estimate to use: a queue that stands still is no overuse, but latency; sending a little less empties it. */
  get drainShare(): number {
    const tooLongMs = this.#queue.excessMs - DRAIN_FROM_MS;
    return tooLongMs <= 0 ? 1 : Math.max(LEAST_DRAIN, 1 - tooLongMs / 1000);
  }
}

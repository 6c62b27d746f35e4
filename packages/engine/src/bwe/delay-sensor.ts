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

/** What delays say: the trend of inter-group delays against its threshold, confirmed by the queue that stands. */
export class DelaySensor {
  readonly #groups = new PacketGroups();
  readonly #trend = new TrendlineFilter();
  readonly #detector = new OveruseDetector();
  readonly #queue = new QueueDelay();
  #lastMicros = Number.NEGATIVE_INFINITY;
  #probeEndMicros = Number.NEGATIVE_INFINITY;

  /** Takes a packet that arrived. */
  add(sentMicros: number, arrivalMicros: number, size: number, cluster: number): void {
    this.#queue.add(sentMicros, arrivalMicros, size);
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

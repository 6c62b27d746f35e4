import { LeastDelay } from "./least-delay.ts";

const BUCKET_MICROS = 25_000;
/** A tenth of a second. */
const NEWEST_BUCKETS = 4;
const BASE_BUCKET_MICROS = 2_500_000;
/** Weight of one bucket in the mean of the standing delay: about 8 s. */
const NOISE_WEIGHT = 0.003;
const MAX_NOISE_MS = 500;
const NOISE_FACTOR = 2;
const TOLERATED_MS = 100;
const MAX_TOLERATED_MS = 250;
/** Weight of one bucket in what a sudden rise is compared with: about 100 ms. */
const RECENT_WEIGHT = 0.25;
const SUDDEN_MS = 50;
const MAX_JITTER_MICROS = 1_000_000;

/**
 * How long packets stand in a queue: the least one-way delay of the last fifth of a second above the least of the last
 * 20 s. Slopes alone neither see a queue that stands still nor tell it from jitter; the clocks' offset cancels out.
 */
export class QueueDelay {
  /** Set while congestion is known, so that it is not learned as noise. */
  frozen = false;
  readonly #all = new LeastDelay(8);
  readonly #unexplained = new LeastDelay(8);
  readonly #base = new LeastDelay(8);
  #bucket = Number.NEGATIVE_INFINITY;
  #rateBps = 1_000_000;
  #ownMicros = 0;
  #standingMs = 0;
  #unexplainedMs = 0;
  #newestMs = 0;
  #recentMs = 0;
  #noiseMs = 0;
  #jitterMicros = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #lastDelay = 0;

  /** The rate the path should carry: a burst's queue at this rate is its own, and explained. */
  expect(rateBps: number): void {
    this.#rateBps = rateBps;
  }

  /** What stands beyond this path's jitter and what is tolerated, ms; negative while all is well. */
  get excessMs(): number {
    return this.#standingMs - this.#toleratedMs;
  }

  /** There is a queue that our bursts do not explain. */
  get queued(): boolean {
    return this.#unexplainedMs > this.#toleratedMs;
  }

  /** There is one after a tenth of a second, and it grows fast. */
  get sudden(): boolean {
    return this.#newestMs > this.#toleratedMs && this.#newestMs - this.#recentMs > SUDDEN_MS;
  }

  /** Mean difference of the delays of packets sent one after the other, ms (RFC 3550 section 6.4.1). */
  get jitterMs(): number {
    return this.#jitterMicros / 1000;
  }

  add(sentMicros: number, arrivalMicros: number, size: number): void {
    const delay = arrivalMicros - sentMicros;
    if (sentMicros >= this.#lastSent) this.#follow(sentMicros, delay, size);
    const bucket = Math.floor(arrivalMicros / BUCKET_MICROS);
    const baseBucket = Math.floor(arrivalMicros / BASE_BUCKET_MICROS);
    if (bucket > this.#bucket) this.#measure();
    this.#bucket = bucket;
    this.#all.add(bucket, delay);
    this.#unexplained.add(bucket, delay - this.#ownMicros);
    this.#base.add(baseBucket, delay);
  }

  get #toleratedMs(): number {
    return Math.min(MAX_TOLERATED_MS, TOLERATED_MS + NOISE_FACTOR * this.#noiseMs);
  }

  #follow(sentMicros: number, delay: number, size: number): void {
    if (Number.isFinite(this.#lastSent)) {
      const difference = Math.min(MAX_JITTER_MICROS, Math.abs(delay - this.#lastDelay));
      this.#jitterMicros += (difference - this.#jitterMicros) / 16;
      this.#ownMicros = Math.max(0, this.#ownMicros - (sentMicros - this.#lastSent));
    }
    this.#ownMicros += (size * 8e6) / this.#rateBps;
    this.#lastSent = sentMicros;
    this.#lastDelay = delay;
  }

  #measure(): void {
    const base = this.#base.least();
    if (!Number.isFinite(base)) return;
    this.#standingMs = (this.#all.least() - base) / 1000;
    this.#unexplainedMs = (this.#unexplained.least() - base) / 1000;
    this.#newestMs = (this.#unexplained.least(NEWEST_BUCKETS) - base) / 1000;
    this.#recentMs += RECENT_WEIGHT * (this.#newestMs - this.#recentMs);
    const noiseMs = Math.min(MAX_NOISE_MS, this.#standingMs);
    if (!this.frozen) this.#noiseMs += NOISE_WEIGHT * (noiseMs - this.#noiseMs);
  }
}

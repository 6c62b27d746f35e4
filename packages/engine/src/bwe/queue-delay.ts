const BUCKET_MICROS = 25_000;
/** Buckets (powers of two, both) whose least delay is the delay now: a burst that drains within their time is no queue. */
const BUCKETS = 8;
const BASE_BUCKET_MICROS = 2_500_000;
/** Buckets whose least delay is the empty path's: a new path's longer delay is accepted after their time. */
const BASE_BUCKETS = 8;
/** Weight of one bucket in the mean of the standing delay: about 8 s. */
const NOISE_WEIGHT = 0.003;
const MAX_JITTER_MICROS = 1_000_000;
const TOLERATED_MS = 100;
const NOISE_FACTOR = 2;
const MAX_TOLERATED_MS = 250;
const MAX_NOISE_MS = 500;

/**
 * How long packets stand in a queue: the least one-way delay of the last fifth of a second above the least of the last
 * 20 s. Slopes alone neither see a queue that stands still nor tell it from jitter; the clocks' offset cancels out.
 */
export class QueueDelay {
  readonly #least = new Float64Array(BUCKETS).fill(Number.POSITIVE_INFINITY);
  readonly #base = new Float64Array(BASE_BUCKETS).fill(Number.POSITIVE_INFINITY);
  #bucket = Number.NaN;
  #baseBucket = Number.NaN;
  #baseMicros = Number.POSITIVE_INFINITY;
  #standingMs = 0;
  #noiseMs = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #lastDelay = 0;
  #jitter = 0;
  /** Set while congestion is known, so that it is not learned as noise. */
  frozen = false;

  /** Milliseconds. */
  get standingMs(): number {
    return this.#standingMs;
  }

  /** What of it is more than a burst or this path's jitter, ms; negative while all is well. */
  get excessMs(): number {
    return this.#standingMs - Math.min(MAX_TOLERATED_MS, TOLERATED_MS + NOISE_FACTOR * this.#noiseMs);
  }

  /** Mean difference of the delays of packets sent one after the other, ms (RFC 3550 section 6.4.1). */
  get jitterMs(): number {
    return this.#jitter / 1000;
  }

  add(sentMicros: number, arrivalMicros: number): void {
    const delay = arrivalMicros - sentMicros;
    if (sentMicros >= this.#lastSent) {
      const difference = Math.min(MAX_JITTER_MICROS, Math.abs(delay - this.#lastDelay));
      if (Number.isFinite(this.#lastSent)) this.#jitter += (difference - this.#jitter) / 16;
      this.#lastSent = sentMicros;
      this.#lastDelay = delay;
    }
    const bucket = Math.floor(arrivalMicros / BUCKET_MICROS);
    if (bucket !== this.#bucket) {
      if (bucket < this.#bucket - BUCKETS) this.#restart();
      else if (bucket < this.#bucket) return;
      else this.#advance(bucket, Math.floor(arrivalMicros / BASE_BUCKET_MICROS));
      this.#bucket = bucket;
    }
    const index = bucket & (BUCKETS - 1);
    if (delay < this.#least[index]!) this.#least[index] = delay;
    const base = this.#baseBucket & (BASE_BUCKETS - 1);
    if (delay < this.#base[base]!) this.#base[base] = delay;
    if (delay < this.#baseMicros) this.#baseMicros = delay;
  }

  /** The receiver's clock was set back. */
  #restart(): void {
    this.#least.fill(Number.POSITIVE_INFINITY);
    this.#base.fill(Number.POSITIVE_INFINITY);
    this.#baseMicros = Number.POSITIVE_INFINITY;
    this.#baseBucket = 0;
    this.#standingMs = 0;
  }

  #advance(bucket: number, baseBucket: number): void {
    this.#measure();
    const from = Number.isNaN(this.#bucket) ? bucket : Math.max(this.#bucket + 1, bucket - BUCKETS + 1);
    for (let next = from; next <= bucket; next++)
      this.#least[next & (BUCKETS - 1)] = Number.POSITIVE_INFINITY;
    if (baseBucket === this.#baseBucket) return;
    const baseFrom = Number.isNaN(this.#baseBucket)
      ? baseBucket
      : Math.max(this.#baseBucket + 1, baseBucket - BASE_BUCKETS + 1);
    for (let next = baseFrom; next <= baseBucket; next++)
      this.#base[next & (BASE_BUCKETS - 1)] = Number.POSITIVE_INFINITY;
    this.#baseBucket = baseBucket;
    this.#baseMicros = least(this.#base);
  }

  #measure(): void {
    const now = least(this.#least);
    if (!Number.isFinite(now)) return;
    this.#standingMs = (now - this.#baseMicros) / 1000;
    const noiseMs = Math.min(MAX_NOISE_MS, this.#standingMs);
    if (!this.frozen) this.#noiseMs += NOISE_WEIGHT * (noiseMs - this.#noiseMs);
  }
}

function least(values: Float64Array): number {
  let result = Number.POSITIVE_INFINITY;
  for (let index = 0; index < values.length; index++) if (values[index]! < result) result = values[index]!;
  return result;
}

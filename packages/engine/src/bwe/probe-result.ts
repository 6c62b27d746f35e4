/** A result needs this many packets and this share of what was asked for. */
const MIN_PACKETS = 4;
const MIN_SHARE = 0.75;
/** Received so much faster than sent, packets were held up and let go on the way: nothing is learned. */
const MAX_SPEED_UP = 2;
/** Received so much slower than sent, the probe has found the bottleneck: a little below it is what holds. */
const SATURATED = 0.9;
const UTILISATION = 0.95;
/** Other packets sent so long after the last of a probe: there will be no more of it. */
const OVER_MICROS = 200_000;
/** A slope known no better than this says nothing. */
const MAX_ERROR = 0.4;

/**
 * Measures one probe: what left while it lasted, other packets included, and how the delay grew meanwhile. Sent in T and
 * received in T * (1 + slope), it has filled a queue, and what the path carries is the rate sent over (1 + slope). The
 * slope is that of all packets (least squares), so jitter and reordering cancel out; see `probeBytes`.
 */
export class ProbeResult {
  #cluster = 0;
  #bytesAsked = 0;
  #probeBytes = 0;
  #packets = 0;
  #bytes = 0;
  #lostBytes = 0;
  #lastSize = 0;
  /** Of packets after the last one of the probe: part of it when another one follows. */
  #trailingBytes = 0;
  #over = false;
  #firstSent = 0;
  #lastSent = 0;
  /** Sums for the regression of delay on sending time, both relative to the first packet that arrived. */
  #originSent = 0;
  #originDelay = 0;
  #sent = 0;
  #delay = 0;
  #sentSent = 0;
  #sentDelay = 0;
  #delayDelay = 0;

  /** Forgets the last probe and awaits packets of this one; cluster 0: none. */
  begin(cluster: number, bytes: number): void {
    this.#cluster = cluster;
    this.#bytesAsked = bytes;
    this.#probeBytes = 0;
    this.#packets = 0;
    this.#bytes = 0;
    this.#lostBytes = 0;
    this.#trailingBytes = 0;
    this.#over = false;
    this.#firstSent = Number.NaN;
    this.#sent = 0;
    this.#delay = 0;
    this.#sentSent = 0;
    this.#sentDelay = 0;
    this.#delayDelay = 0;
  }

  /** Takes any packet, in order of sending as far as possible; `arrivalMicros` is not finite for a lost one. */
  add(cluster: number, sentMicros: number, arrivalMicros: number, size: number): void {
    if (this.#cluster === 0) return;
    if (cluster !== this.#cluster) {
      if (this.#probeBytes === 0) return;
      this.#trailingBytes += size;
      if (sentMicros - this.#lastSent > OVER_MICROS) this.#over = true;
      return;
    }
    if (this.#probeBytes === 0) this.#firstSent = sentMicros;
    this.#probeBytes += size;
    this.#bytes += size + this.#trailingBytes;
    this.#trailingBytes = 0;
    this.#lastSize = size;
    this.#lastSent = sentMicros;
    if (!Number.isFinite(arrivalMicros)) this.#lostBytes += size;
    else this.#sample(sentMicros, arrivalMicros - sentMicros);
  }

  /** A packet counted as lost has come after all. */
  recover(cluster: number, sentMicros: number, arrivalMicros: number, size: number): void {
    if (cluster === 0 || cluster !== this.#cluster || this.#lostBytes < size) return;
    this.#lostBytes -= size;
    this.#sample(sentMicros, arrivalMicros - sentMicros);
  }

  /** Every packet asked for is accounted for, arrived or lost, or no more will be: feedback can be lost, too. */
  get complete(): boolean {
    return this.#cluster !== 0 && (this.#over || this.#probeBytes >= this.#bytesAsked);
  }

  /** Some of it counts as lost. */
  get lossy(): boolean {
    return this.#lostBytes > 0;
  }

  /** How far the delays lie from the line through them, ms. */
  get noiseMs(): number {
    return this.#packets < MIN_PACKETS ? 0 : Math.sqrt(this.#residual) / 1000;
  }

  /**
   * What the path carried, bits per second; undefined while too little has arrived or it makes no sense. Of its losses
   * the share `usualLoss`, 0..1, is not held against it.
   */
  rateBps(usualLoss: number): number | undefined {
    if (this.#packets < MIN_PACKETS || this.#probeBytes < this.#bytesAsked * MIN_SHARE) return undefined;
    const spread = this.#spread;
    if (spread <= 0 || Math.sqrt(this.#residual / spread) > MAX_ERROR) return undefined;
    const slope = this.#slope;
    if (1 + slope < 1 / MAX_SPEED_UP) return undefined;
    const sentBps = ((this.#bytes - this.#lastSize) * 8_000_000) / (this.#lastSent - this.#firstSent);
    const arrivedShare = Math.min(1, (1 - this.#lostBytes / this.#probeBytes) / (1 - usualLoss));
    const arrivedBps = (sentBps * arrivedShare) / (1 + slope);
    return arrivedBps < SATURATED * sentBps ? UTILISATION * arrivedBps : Math.min(sentBps, arrivedBps);
  }

  #sample(sentMicros: number, delayMicros: number): void {
    if (this.#packets === 0) {
      this.#originSent = sentMicros;
      this.#originDelay = delayMicros;
    }
    const sent = sentMicros - this.#originSent;
    const delay = delayMicros - this.#originDelay;
    this.#sent += sent;
    this.#delay += delay;
    this.#sentSent += sent * sent;
    this.#sentDelay += sent * delay;
    this.#delayDelay += delay * delay;
    this.#packets += 1;
  }

  /** Sum of squared distances of the sending times from their mean, µs². */
  get #spread(): number {
    return this.#sentSent - (this.#sent * this.#sent) / this.#packets;
  }

  get #slope(): number {
    return (this.#sentDelay - (this.#sent * this.#delay) / this.#packets) / this.#spread;
  }

  /** Variance of the delays about the line, µs². */
  get #residual(): number {
    const total = this.#delayDelay - (this.#delay * this.#delay) / this.#packets;
    const explained = this.#spread > 0 ? this.#slope ** 2 * this.#spread : 0;
    return Math.max(0, total - explained) / (this.#packets - 2);
  }
}

const DURATION_MS = 20;
const MIN_BYTES = 5000;
const MAX_BYTES = 65_536;
const PACKET_BYTES = 1150;
/** Standard error of the slope that is aimed at. */
const PRECISION = 0.2;

/**
 * Bytes of a probe at this rate: enough for 20 ms, and so many that noise of `jitterMs` leaves the slope known to a fifth.
 * With n packets in time T its error is jitter * sqrt(12 / n) / T.
 */
export function probeBytes(rateBps: number, jitterMs: number): number {
  const precise = (jitterMs * rateBps * Math.sqrt(12 * PACKET_BYTES)) / (8000 * PRECISION);
  const bytes = Math.max(MIN_BYTES, (rateBps * DURATION_MS) / 8000, precise ** (2 / 3));
  return Math.round(Math.min(MAX_BYTES, bytes));
}

/** A result needs this many packets and this share of what was asked for. */
const MIN_PACKETS = 4;
const MIN_SHARE = 0.75;
/** Received so much faster than sent, packets were held up and let go on the way: nothing is learned. */
const MAX_SPEED_UP = 2;
/** Received so much slower than sent, the probe has found the bottleneck: a little below it is what holds. */
const SATURATED = 0.9;
const UTILISATION = 0.95;

/** Measures one probe: what a burst was sent at, and what it arrived at. */
export class ProbeResult {
  #cluster = 0;
  #bytesAsked = 0;
  #packets = 0;
  #bytes = 0;
  #lostBytes = 0;
  #firstSent = 0;
  #lastSent = 0;
  #lastSentSize = 0;
  /** Sums for the slope of delay over sending time, both relative to the first packet that arrived. */
  #originSent = 0;
  #originArrival = 0;
  #sent = 0;
  #delay = 0;
  #sentSent = 0;
  #sentDelay = 0;

  /** Forgets the last probe and awaits packets of this one. */
  begin(cluster: number, bytes: number): void {
    this.#cluster = cluster;
    this.#bytesAsked = bytes;
    this.#packets = 0;
    this.#bytes = 0;
    this.#lostBytes = 0;
    this.#firstSent = Number.POSITIVE_INFINITY;
    this.#lastSent = Number.NEGATIVE_INFINITY;
    this.#sent = 0;
    this.#delay = 0;
    this.#sentSent = 0;
    this.#sentDelay = 0;
  }

  /** Takes a packet of a cluster; those of other probes are ignored. `arrivalMicros` is `NaN` for a lost one. */
  add(cluster: number, sentMicros: number, arrivalMicros: number, size: number): void {
    if (cluster !== this.#cluster) return;
    if (sentMicros < this.#firstSent) this.#firstSent = sentMicros;
    if (sentMicros >= this.#lastSent) {
      this.#lastSent = sentMicros;
      this.#lastSentSize = size;
    }
    if (Number.isNaN(arrivalMicros)) {
      this.#lostBytes += size;
      return;
    }
    if (this.#packets === 0) {
      this.#originSent = sentMicros;
      this.#originArrival = arrivalMicros;
    }
    const sent = sentMicros - this.#originSent;
    const delay = arrivalMicros - this.#originArrival - sent;
    this.#sent += sent;
    this.#delay += delay;
    this.#sentSent += sent * sent;
    this.#sentDelay += sent * delay;
    this.#packets += 1;
    this.#bytes += size;
  }

  /** A packet counted as lost has come after all; `add` follows. */
  recover(cluster: number, size: number): void {
    if (cluster === this.#cluster) this.#lostBytes = Math.max(0, this.#lostBytes - size);
  }

  /** Every packet asked for is accounted for, arrived or lost. */
  get whole(): boolean {
    return this.#bytes + this.#lostBytes >= this.#bytesAsked;
  }

  /**
   * What the path carried, bits per second; undefined while too little has arrived or it makes no sense. Of its losses
   * the share `usualLoss`, 0..1, is not held against it.
   */
  rateBps(usualLoss: number): number | undefined {
    const bytes = this.#bytes + this.#lostBytes;
    if (this.#packets < MIN_PACKETS || bytes < this.#bytesAsked * MIN_SHARE) return undefined;
    const spread = this.#packets * this.#sentSent - this.#sent * this.#sent;
    if (spread <= 0) return undefined;
    // A burst that is sent in T and received in T * (1 + slope) has filled a queue. All packets tell, not just the first
    // and the last, so jitter and reordering cancel out; see `probeBytes`.
    const slope = (this.#packets * this.#sentDelay - this.#sent * this.#delay) / spread;
    if (1 + slope < 1 / MAX_SPEED_UP) return undefined;
    const sentBps = ((bytes - this.#lastSentSize) * 8_000_000) / (this.#lastSent - this.#firstSent);
    const arrivedShare = Math.min(1, this.#bytes / bytes / (1 - usualLoss));
    const arrivedBps = (sentBps * arrivedShare) / (1 + slope);
    return arrivedBps < SATURATED * sentBps ? UTILISATION * arrivedBps : Math.min(sentBps, arrivedBps);
  }
}

const DURATION_MS = 20;
const MIN_BYTES = 5000;
const MAX_BYTES = 65_536;
const PACKET_BYTES = 1150;
/** Standard error of the slope that is good enough. */
const PRECISION = 0.2;

/**
 * Bytes of a probe at this rate: enough for 20 ms, and so many that the path's jitter (RFC 3550 section 6.4.1) leaves the
 * slope known to a fifth. With n packets in time T its error is jitter * sqrt(12 / n) / T.
 */
export function probeBytes(rateBps: number, jitterMs: number): number {
  const precise = (jitterMs * rateBps * Math.sqrt(12 * PACKET_BYTES)) / (8000 * PRECISION);
  const bytes = Math.max(MIN_BYTES, (rateBps * DURATION_MS) / 8000, precise ** (2 / 3));
  return Math.round(Math.min(MAX_BYTES, bytes));
}

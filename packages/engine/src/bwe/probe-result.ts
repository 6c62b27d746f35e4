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
  #firstArrival = 0;
  #lastArrival = 0;
  #firstSize = 0;

  /** Forgets the last probe and awaits packets of this one. */
  begin(cluster: number, bytes: number): void {
    this.#cluster = cluster;
    this.#bytesAsked = bytes;
    this.#packets = 0;
    this.#bytes = 0;
    this.#lostBytes = 0;
  }

  /** Takes a packet of a cluster; those of other probes are ignored. `arrivalMicros` is `NaN` for a lost one. */
  add(cluster: number, sentMicros: number, arrivalMicros: number, size: number): void {
    if (cluster !== this.#cluster) return;
    if (Number.isNaN(arrivalMicros)) {
      this.#lostBytes += size;
      return;
    }
    if (this.#packets === 0) {
      this.#firstSent = sentMicros;
      this.#lastSent = sentMicros;
      this.#lastSentSize = size;
      this.#firstArrival = arrivalMicros;
      this.#lastArrival = arrivalMicros;
      this.#firstSize = size;
    }
    this.#packets += 1;
    this.#bytes += size;
    if (sentMicros >= this.#lastSent) {
      this.#lastSent = sentMicros;
      this.#lastSentSize = size;
    }
    if (arrivalMicros < this.#firstArrival) {
      this.#firstArrival = arrivalMicros;
      this.#firstSize = size;
    }
    if (arrivalMicros > this.#lastArrival) this.#lastArrival = arrivalMicros;
  }

  /** Every packet asked for is accounted for, arrived or lost. */
  get whole(): boolean {
    return this.#bytes + this.#lostBytes >= this.#bytesAsked;
  }

  /** What the path carried, bits per second; undefined while too little has arrived or it makes no sense. */
  get rateBps(): number | undefined {
    if (this.#packets < MIN_PACKETS || this.#bytes + this.#lostBytes < this.#bytesAsked * MIN_SHARE)
      return undefined;
    const sentMicros = this.#lastSent - this.#firstSent;
    const arrivedMicros = this.#lastArrival - this.#firstArrival;
    if (sentMicros <= 0 || arrivedMicros <= 0) return undefined;
    const sentBps = ((this.#bytes + this.#lostBytes - this.#lastSentSize) * 8_000_000) / sentMicros;
    const arrivedBps = ((this.#bytes - this.#firstSize) * 8_000_000) / arrivedMicros;
    if (arrivedBps > sentBps * MAX_SPEED_UP) return undefined;
    return arrivedBps < SATURATED * sentBps ? UTILISATION * arrivedBps : Math.min(sentBps, arrivedBps);
  }
}

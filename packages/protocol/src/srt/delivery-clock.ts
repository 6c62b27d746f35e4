const WRAP_MICROS = 0x1_0000_0000;
/** As libsrt: a correction in some ten seconds of a stream. */
const SAMPLES = 1000;

/**
 * When a packet has to be delivered at the latest (TSBPD, draft-sharabayko-srt-01 section 4.5): its timestamp on our clock, plus
 * the latency. The sender's clock is followed (section 4.7): its drift is averaged over a thousand samples.
 */
export class DeliveryClock {
  readonly #latencyMs: number;
  /** Our time when the sender's clock, unwrapped, showed zero. */
  #zeroMs: number;
  #lastMicros: number;
  #sumMs = 0;
  #samples = 0;

  /** `timestamp` is that of a packet which came at `nowMs`. */
  constructor(nowMs: number, timestamp: number, latencyMs: number) {
    this.#latencyMs = latencyMs;
    this.#lastMicros = timestamp;
    this.#zeroMs = nowMs - timestamp / 1000;
  }

  /** Our time when a packet with this timestamp is due. */
  dueMs(timestamp: number): number {
    return this.#zeroMs + this.#unwrap(timestamp) / 1000 + this.#latencyMs;
  }

  /** A packet with this timestamp came at `nowMs`, and took `delayMs` longer than the first one. */
  takeSample(nowMs: number, timestamp: number, delayMs: number): void {
    this.#sumMs += nowMs - delayMs - (this.#zeroMs + this.#unwrap(timestamp) / 1000);
    this.#samples += 1;
    if (this.#samples < SAMPLES) return;
    this.#zeroMs += this.#sumMs / SAMPLES;
    this.#sumMs = 0;
    this.#samples = 0;
  }

  /** Timestamps wrap after 71 minutes; each is near the one before. */
  #unwrap(timestamp: number): number {
    const step = (timestamp - this.#lastMicros) % WRAP_MICROS;
    const near =
      step > WRAP_MICROS / 2 ? step - WRAP_MICROS : step < -WRAP_MICROS / 2 ? step + WRAP_MICROS : step;
    const micros = this.#lastMicros + near;
    this.#lastMicros = micros;
    return micros;
  }
}

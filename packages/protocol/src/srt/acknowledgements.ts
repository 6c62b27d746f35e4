import { ByteWriter } from "../bytes/byte-writer.ts";
import { SRT_WINDOW } from "./receive-buffer.ts";
import type { SrtRoundTrip } from "./round-trip.ts";

/** Acknowledgements whose answer is waited for; ten seconds of them. */
const MOST_OPEN = 1000;
/** Over how long the rate of arrival is measured. */
const RATE_WINDOW_MS = 1000;

/** What a full acknowledgement says (draft-sharabayko-srt-01 section 3.2.4), and when each was sent. */
export class Acknowledgements {
  readonly #sentMs = new Map<number, number>();
  #number = 0;
  #windowMs: number;
  #packets = 0;
  #bytes = 0;
  #packetsPerSecond = 0;
  #bytesPerSecond = 0;

  constructor(nowMs: number) {
    this.#windowMs = nowMs;
  }

  /** Counts a data packet. */
  arrived(bytes: number): void {
    this.#packets += 1;
    this.#bytes += bytes;
  }

  /** Number and body of the next full acknowledgement: `sequence` and all after it are still wanted. */
  next(nowMs: number, sequence: number, held: number, roundTrip: SrtRoundTrip): [number, Uint8Array] {
    this.#measure(nowMs);
    this.#number = (this.#number + 1) >>> 0;
    this.#sentMs.set(this.#number, nowMs);
    if (this.#sentMs.size > MOST_OPEN) this.#sentMs.delete(this.#sentMs.keys().next().value!);
    const body = new ByteWriter(28)
      .uint32(sequence)
      .uint32(Math.round(roundTrip.ms * 1000))
      .uint32(Math.round(roundTrip.varianceMs * 1000))
      .uint32(SRT_WINDOW - held)
      .uint32(this.#packetsPerSecond)
      // The capacity of the link is not probed for: it is at least what arrives.
      .uint32(this.#packetsPerSecond)
      .uint32(this.#bytesPerSecond)
      .finish();
    return [this.#number, body];
  }

  /** Milliseconds from an acknowledgement to its answer; undefined when it was answered before, or never sent. */
  answered(nowMs: number, number: number): number | undefined {
    const sentMs = this.#sentMs.get(number);
    if (sentMs === undefined) return undefined;
    // Answers to those before it will not be needed.
    for (const older of this.#sentMs.keys()) {
      this.#sentMs.delete(older);
      if (older === number) break;
    }
    return nowMs - sentMs;
  }

  #measure(nowMs: number): void {
    const elapsedMs = nowMs - this.#windowMs;
    if (elapsedMs < RATE_WINDOW_MS) return;
    this.#packetsPerSecond = Math.round((this.#packets * 1000) / elapsedMs);
    this.#bytesPerSecond = Math.round((this.#bytes * 1000) / elapsedMs);
    this.#windowMs = nowMs;
    this.#packets = 0;
    this.#bytes = 0;
  }
}

import { SequenceUnwrapper, type TransportFeedback } from "@sameroom/protocol";
import type { PacketResultLog } from "../bwe/packet-result-log.ts";

/** Packets sent lately, found by the 16-bit transport-wide sequence number; the wire's `SentPackets` is one. */
export interface SentPacketLookup {
  /** Moves to this packet; false when it is forgotten. */
  find(transportSequence: number): boolean;
  readonly sentMicros: number;
  readonly size: number;
  readonly cluster: number;
}

const TICK_MICROS = 250;
const REFERENCE_MICROS = 64_000;
/** Packets whose fate is remembered, a power of two, above what a sender remembers. */
const REMEMBERED = 4096;

const UNKNOWN = 0;
const LOST = 1;
const RECEIVED = 2;

/**
 * Turns transport-wide feedback into results for the estimator. The receiver's clock, 24 bits of 64 ms, is unwrapped, so
 * arrival times go on past its wrap. Every packet is told once as received, at most once as lost before that: feedback
 * that comes twice, late or overlapping adds nothing.
 */
export class TransportFeedbackReader {
  readonly #sequences = new SequenceUnwrapper();
  readonly #fates = new Uint8Array(REMEMBERED);
  #highest = -1;
  #reference: number | undefined;

  /** Adds to `results` what `feedback` says of packets that `sent` remembers; returns how many. */
  read(feedback: TransportFeedback, sent: SentPacketLookup, results: PacketResultLog): number {
    const before = results.count;
    let micros = this.#unwrapReference(feedback.referenceTime) * REFERENCE_MICROS;
    let sequence = this.#sequences.unwrap(feedback.baseSequence);
    for (const delta of feedback.deltas) {
      if (delta !== null) micros += delta * TICK_MICROS;
      if (this.#isNews(sequence, delta !== null) && sent.find(sequence & 0xffff))
        results.add(sent.sentMicros, delta === null ? Number.NaN : micros, sent.size, sent.cluster);
      sequence += 1;
    }
    return results.count - before;
  }

  #unwrapReference(referenceTime: number): number {
    const before = this.#reference ?? referenceTime;
    const reference = before + (((referenceTime - before) << 8) >> 8);
    if (this.#reference === undefined || reference > before) this.#reference = reference;
    return reference;
  }

  /** Remembers the fate; true when it was not known. */
  #isNews(sequence: number, received: boolean): boolean {
    if (sequence <= this.#highest - REMEMBERED || sequence < 0) return false;
    if (sequence - this.#highest > REMEMBERED) {
      this.#fates.fill(UNKNOWN);
      this.#highest = sequence - 1;
    }
    while (this.#highest < sequence) {
      this.#highest += 1;
      this.#fates[this.#highest & (REMEMBERED - 1)] = UNKNOWN;
    }
    const index = sequence & (REMEMBERED - 1);
    const fate = received ? RECEIVED : LOST;
    if (this.#fates[index]! >= fate) return false;
    this.#fates[index] = fate;
    return true;
  }
}

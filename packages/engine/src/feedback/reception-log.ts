import type { ReportBlock } from "@sameroom/protocol";
import { SequenceUnwrapper } from "@sameroom/protocol";

/** Packets and losses over one interval. */
export interface ReceptionInterval {
  expected: number;
  lost: number;
}

/**
 * Reception statistics of one incoming stream (RFC 3550 section 6.4.1, appendices A.3 and A.8), from which receiver
 * reports are made.
 */
export class ReceptionLog {
  readonly #ssrc: number;
  readonly #clockRate: number;
  #unwrapper = new SequenceUnwrapper();
  #base: number | undefined;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit: number | undefined;
  #jitter = 0;
  #senderReport: { compactNtp: number; arrivalMs: number } | undefined;

  constructor(ssrc: number, clockRate: number) {
    this.#ssrc = ssrc;
    this.#clockRate = clockRate;
  }

  /** A packet that came by itself (not a retransmission). */
  receive(sequenceNumber: number, timestamp: number, arrivalMicros: number): void {
    const extended = this.#unwrapper.unwrap(sequenceNumber);
    this.#base ??= extended;
    this.#received += 1;
    const arrival = (arrivalMicros * this.#clockRate) / 1e6;
    const transit = (Math.round(arrival) - timestamp) | 0;
    if (this.#transit !== undefined) {
      const difference = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  /** The publisher started its numbering anew: what was counted no longer relates to it (RFC 3550 appendix A.1). */
  restart(): void {
    this.#unwrapper = new SequenceUnwrapper();
    this.#base = undefined;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#transit = undefined;
  }

  /** A retransmission filled a gap. */
  repair(): void {
    this.#received += 1;
  }

  /** The publisher's sender report came; `compactNtp` is the middle of its NTP time. */
  senderReport(compactNtp: number, arrivalMs: number): void {
    this.#senderReport = { compactNtp, arrivalMs };
  }

  /** The report block of the interval since the last call, or undefined before the first packet. */
  takeReport(nowMs: number): (ReportBlock & { interval: ReceptionInterval }) | undefined {
    const highest = this.#unwrapper.highest;
    if (highest === undefined || this.#base === undefined) return undefined;
    const expected = highest - this.#base + 1;
    const interval = {
      expected: expected - this.#expectedBefore,
      lost: Math.max(0, expected - this.#expectedBefore - (this.#received - this.#receivedBefore)),
    };
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const fraction =
      interval.expected <= 0 ? 0 : Math.min(255, Math.floor((interval.lost * 256) / interval.expected));
    const sinceMs = this.#senderReport === undefined ? 0 : nowMs - this.#senderReport.arrivalMs;
    return {
      ssrc: this.#ssrc,
      fractionLost: fraction,
      packetsLost: Math.max(-0x80_0000, Math.min(0x7f_ffff, expected - this.#received)),
      highestSequence: highest >>> 0,
      jitter: Math.floor(this.#jitter),
      lastSenderReport: this.#senderReport?.compactNtp ?? 0,
      delaySinceLastSenderReport: Math.min(0xffff_ffff, Math.max(0, Math.round((sinceMs * 65_536) / 1000))),
      interval,
    };
  }
}

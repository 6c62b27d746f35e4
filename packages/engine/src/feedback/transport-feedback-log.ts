import {
  createTransportFeedback,
  SequenceUnwrapper,
  type TransportArrival,
  type TransportFeedback,
} from "@sameroom/protocol";

export interface TransportFeedbackLogOptions {
  /** SSRC we sign feedback with. */
  senderSsrc: number;
  /** Between two feedback packets, ms; default 50. */
  intervalMs?: number;
  /** Arrivals kept at most between two; more are sent at once; default 400. */
  maxArrivals?: number;
}

/** Collects arrivals of one transport and says when to report them (transport-wide congestion control). */
export class TransportFeedbackLog {
  readonly #senderSsrc: number;
  readonly #intervalMs: number;
  readonly #maxArrivals: number;
  readonly #unwrapper = new SequenceUnwrapper();
  /** Entries are reused: one packet in the hot path allocates nothing. */
  readonly #arrivals: TransportArrival[] = [];
  #held = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #nextSequence: number | undefined;
  #count = 0;

  constructor(options: TransportFeedbackLogOptions) {
    this.#senderSsrc = options.senderSsrc;
    this.#intervalMs = options.intervalMs ?? 50;
    this.#maxArrivals = options.maxArrivals ?? 400;
  }

  /** `transportSequence` is the 16-bit number of the extension. */
  receive(transportSequence: number, arrivalMicros: number): void {
    if (this.#held >= this.#maxArrivals * 2) return;
    const sequenceNumber = this.#unwrapper.unwrap(transportSequence);
    const entry = this.#arrivals[this.#held];
    if (entry === undefined) {
      this.#arrivals.push({ sequenceNumber, arrivalMicros });
    } else {
      entry.sequenceNumber = sequenceNumber;
      entry.arrivalMicros = arrivalMicros;
    }
    this.#held += 1;
  }

  /** Feedback that is due now, about the stream `mediaSsrc`; usually none or one. */
  poll(nowMs: number, mediaSsrc: number): TransportFeedback[] {
    if (this.#held === 0) return [];
    if (nowMs - this.#sentAtMs < this.#intervalMs && this.#held < this.#maxArrivals) return [];
    this.#sentAtMs = nowMs;
    const arrivals = ascending(this.#arrivals.slice(0, this.#held));
    this.#held = 0;
    const first = arrivals[0]!.sequenceNumber;
    // Late packets reach back; otherwise the report begins where the last one ended, so that losses are told.
    const firstSequence = this.#nextSequence === undefined ? first : Math.min(first, this.#nextSequence);
    const feedback = createTransportFeedback(arrivals, {
      senderSsrc: this.#senderSsrc,
      mediaSsrc,
      feedbackCount: this.#count,
      firstSequence,
    });
    this.#count = (this.#count + feedback.length) & 0xff;
    this.#nextSequence = Math.max(this.#nextSequence ?? 0, arrivals[arrivals.length - 1]!.sequenceNumber + 1);
    return feedback;
  }
}

function ascending(arrivals: TransportArrival[]): TransportArrival[] {
  arrivals.sort((left, right) => left.sequenceNumber - right.sequenceNumber);
  return arrivals.filter((arrival, index) => arrival.sequenceNumber !== arrivals[index - 1]?.sequenceNumber);
}

import type { TransportFeedback } from "./types.ts";

/** One received packet, as reported by or to a peer. */
export interface TransportArrival {
  /** Unwrapped transport-wide sequence number. */
  sequenceNumber: number;
  arrivalMicros: number;
}

export interface TransportFeedbackOptions {
  senderSsrc: number;
  /** SSRC of any stream of the transport. */
  mediaSsrc: number;
  /** Counter of the first feedback packet made; the next ones count on. Only 8 bits of it are sent. */
  feedbackCount: number;
  /** First sequence number to report on, when packets before the first arrival are missing. */
  firstSequence?: number;
}

const TICK_MICROS = 250;
const TICKS_PER_REFERENCE = 256;
/** Keeps a feedback packet well under an MTU: 2 bytes a delta and a chunk for each 7 symbols. */
const MAX_SPAN = 400;

/**
 * Feedback packets that report these arrivals, ascending by sequence number without duplicates. More than one when a
 * delta does not fit 16 bits or the numbers span too far.
 */
export function createTransportFeedback(
  arrivals: readonly TransportArrival[],
  options: TransportFeedbackOptions,
): TransportFeedback[] {
  const feedbacks: TransportFeedback[] = [];
  let current: TransportFeedback | undefined;
  let lastTick = 0;
  let nextSequence = options.firstSequence ?? arrivals[0]?.sequenceNumber ?? 0;
  let base = nextSequence;
  for (const { sequenceNumber, arrivalMicros } of arrivals) {
    const tick = Math.round(arrivalMicros / TICK_MICROS);
    const delta = tick - lastTick;
    const fits = delta >= -32_768 && delta <= 32_767 && sequenceNumber - base < MAX_SPAN;
    if (current === undefined || !fits) {
      // Losses before a packet are told by the feedback that packet is in, as far as it reaches.
      base = Math.max(nextSequence, sequenceNumber - MAX_SPAN + 1);
      const reference = Math.floor(tick / TICKS_PER_REFERENCE);
      current = {
        type: "transport-cc",
        senderSsrc: options.senderSsrc,
        mediaSsrc: options.mediaSsrc,
        baseSequence: base & 0xffff,
        referenceTime: (reference << 8) >> 8,
        feedbackCount: (options.feedbackCount + feedbacks.length) & 0xff,
        deltas: [],
      };
      feedbacks.push(current);
      lastTick = reference * TICKS_PER_REFERENCE;
      nextSequence = base;
    }
    for (; nextSequence < sequenceNumber; nextSequence++) current.deltas.push(null);
    current.deltas.push(tick - lastTick);
    lastTick = tick;
    nextSequence = sequenceNumber + 1;
  }
  return feedbacks;
}

/** What a feedback packet says of each sequence number (16 bits): its arrival in µs on the reporter's clock, or null. */
export function transportArrivals(
  feedback: TransportFeedback,
): { sequenceNumber: number; arrivalMicros: number | null }[] {
  let tick = feedback.referenceTime * TICKS_PER_REFERENCE;
  return feedback.deltas.map((delta, index) => {
    if (delta !== null) tick += delta;
    return {
      sequenceNumber: (feedback.baseSequence + index) & 0xffff,
      arrivalMicros: delta === null ? null : tick * TICK_MICROS,
    };
  });
}

import type { ExtensionIds } from "../rtp/extension-uris.ts";
import { timestampDelta } from "../rtp/sequence.ts";
import { type RewriteTarget, rewriteRtp } from "./header-writer.ts";

/** A source as an output sees it. */
export interface RewriteSource {
  id: number;
  clockRate: number;
  /** Ids as negotiated with the publisher. */
  extensions: ExtensionIds;
}

export interface RewriteRule {
  payloadType: number;
  /** Start only on a keyframe's first packet. */
  waitForKeyframe: boolean;
}

/** A source's packet with what its receiver knows about it. */
export interface SourcePacket {
  packet: Uint8Array;
  /** Extended sequence number of the source. */
  index: number;
  timestamp: number;
  keyframe: boolean;
  arrivalMicros: number;
}

export interface RewrittenPacket {
  packet: Uint8Array;
  /** Extended sequence number of the output. */
  index: number;
  /** The output shows this source from this packet on. */
  switched: boolean;
}

interface Attachment {
  source: RewriteSource;
  rule: RewriteRule;
}

interface Segment extends Attachment {
  firstSourceIndex: number;
  firstOutputIndex: number;
  timestampOffset: number;
}

/**
 * One RTP stream to one viewer, whatever source feeds it: the reference of what the wire does. Sequence numbers go on
 * without a gap across a switch; the timestamp goes on by the time that passed between the last packet before it and
 * the first one after, in the new source's clock rate, by at least 1. Losses and reordering within a source stay as they
 * are; what precedes the first packet of a switch is not sent. (The wire also replays, from its packet cache, packets
 * of a keyframe whose first one came late.)
 */
export class OutputRewriter {
  readonly #target: RewriteTarget;
  #pending: Attachment | undefined;
  #segment: Segment | undefined;
  #started = false;
  #nextIndex: number;
  #lastTimestamp: number;
  #lastArrivalMicros = 0;

  /** `firstIndex` should be below 2^15 so that both ends agree on the rollover counter; both start values random. */
  constructor(target: RewriteTarget, start: { firstIndex: number; firstTimestamp: number }) {
    this.#target = target;
    this.#nextIndex = start.firstIndex;
    this.#lastTimestamp = start.firstTimestamp;
  }

  /** Id of the source shown now. */
  get current(): number | undefined {
    return this.#segment?.source.id;
  }

  /** Id of the source that waits for its first packet. */
  get pending(): number | undefined {
    return this.#pending?.source.id;
  }

  /** Shows `source` from its next packet (or keyframe) on. Attaching the one that is shown changes the rule at once. */
  attach(source: RewriteSource, rule: RewriteRule): void {
    if (this.#segment?.source.id === source.id) {
      this.#segment.rule = rule;
      this.#pending = undefined;
    } else {
      this.#pending = { source, rule };
    }
  }

  /** Shows nothing. Numbers go on when something is attached again. */
  detach(): void {
    this.#segment = undefined;
    this.#pending = undefined;
  }

  /** The packet as the viewer gets it, or undefined when this output does not send it. */
  handle(
    sourceId: number,
    incoming: SourcePacket,
    stamp: { absSendTime: number; transportSequence: number },
  ): RewrittenPacket | undefined {
    const switched = this.#switchIfDue(sourceId, incoming);
    const segment = this.#segment;
    if (segment === undefined || segment.source.id !== sourceId) return undefined;
    if (incoming.index < segment.firstSourceIndex) return undefined;
    const index = segment.firstOutputIndex + (incoming.index - segment.firstSourceIndex);
    const timestamp = (incoming.timestamp + segment.timestampOffset) >>> 0;
    const packet = rewriteRtp(incoming.packet, segment.source.extensions, {
      target: this.#target,
      stamp: { ...stamp, payloadType: segment.rule.payloadType, sequenceNumber: index & 0xffff, timestamp },
    });
    if (packet === undefined) return undefined;
    this.#noteSent(index, timestamp, incoming.arrivalMicros);
    return { packet, index, switched };
  }

  #switchIfDue(sourceId: number, first: SourcePacket): boolean {
    const pending = this.#pending;
    if (pending === undefined || pending.source.id !== sourceId) return false;
    if (pending.rule.waitForKeyframe && !first.keyframe) return false;
    let timestamp = this.#lastTimestamp;
    if (this.#started) {
      const elapsedMicros = Math.max(0, first.arrivalMicros - this.#lastArrivalMicros);
      timestamp += Math.max(1, Math.floor((elapsedMicros * pending.source.clockRate) / 1_000_000));
    }
    this.#pending = undefined;
    this.#segment = {
      ...pending,
      firstSourceIndex: first.index,
      firstOutputIndex: this.#nextIndex,
      timestampOffset: (timestamp - first.timestamp) >>> 0,
    };
    return true;
  }

  #noteSent(index: number, timestamp: number, arrivalMicros: number): void {
    if (index >= this.#nextIndex) this.#nextIndex = index + 1;
    if (!this.#started || timestampDelta(timestamp, this.#lastTimestamp) > 0) {
      this.#lastTimestamp = timestamp;
      this.#lastArrivalMicros = arrivalMicros;
    }
    this.#started = true;
  }
}

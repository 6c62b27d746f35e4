import { raiseTemporalLimit } from "../codec/frame-info.ts";
import { type RewriteTarget, rewriteRtp } from "./header-writer.ts";
import { OutputProgress } from "./output-progress.ts";
import { rewritePayload } from "./payload-writer.ts";
import type { Press } from "./press.ts";
import type { RewriteSource, SourcePacket } from "./rewrite-source.ts";
import {
  excludes,
  maxTemporalLayerOf,
  outputIndexOf,
  type RewriteRule,
  type Segment,
  SegmentList,
  timestampOf,
} from "./segment-list.ts";

export interface RewrittenPacket {
  packet: Uint8Array;
  /** Extended sequence number of the output. */
  index: number;
  /** The output shows this source from this packet on. */
  switched: boolean;
  /** An empty packet for a number that was given away before its frame was left out. */
  blank: boolean;
}

/** What a packet says of the moment it leaves. */
export interface SendStamp {
  /** 24 bits. */
  absSendTime: number;
  transportSequence: number;
}

/** How far an output has got in its source. */
interface Cursor {
  /** The source's first packet here. */
  first: number;
  /** The one after the newest placed or left out. */
  next: number;
  /** Of the newest one. */
  timestamp: number;
  leftOut: boolean;
}

/**
 * One RTP stream to one viewer, whatever source feeds it: the reference of what the wire does. Sequence numbers, picture ids
 * (VP8, VP9), TL0PICIDX and frame numbers (dependency descriptor) go on without a gap across a switch; the timestamp
 * goes on by the time between the last packet before it and the first one after, as captured where both sources are of
 * one peer and their clocks known, else as they arrived; by at least 1. Frames above a temporal limit leave no gap in
 * sequence numbers, nor in VP8's picture ids; VP9 and the dependency descriptor tell references by number, so those keep theirs.
 * Losses and reordering within a source stay as they are; what precedes the first packet of a switch is not sent. (The
 * wire also replays, from its packet cache, packets of a keyframe whose first one came late.)
 */
export class OutputRewriter {
  readonly #target: RewriteTarget;
  readonly #segments = new SegmentList();
  readonly #progress: OutputProgress;
  #current: RewriteSource | undefined;
  #pending: { source: RewriteSource; rule: RewriteRule } | undefined;
  #nextRule: RewriteRule | undefined;
  #cursor: Cursor = { first: 0, next: 0, timestamp: 0, leftOut: false };

  /** `firstIndex` should be below 2^15 so that both ends agree on the rollover counter; both start values random. */
  constructor(target: RewriteTarget, start: { firstIndex: number; firstTimestamp: number }) {
    this.#target = target;
    this.#progress = new OutputProgress(start);
  }

  /** Id of the source shown now. */
  get current(): number | undefined {
    return this.#current?.options.id;
  }

  /** Id of the source that waits for its first packet. */
  get pending(): number | undefined {
    return this.#pending?.source.options.id;
  }

  /** Shows `source` from its next packet (or keyframe) on. Attaching the one that is shown changes the rule with its next frame. */
  attach(source: RewriteSource, rule: RewriteRule): void {
    const { redPayloadType: _, ...plain } = rule;
    const kept = source.options.codec === "opus" ? rule : plain;
    if (this.#current === source) {
      this.#nextRule = kept;
      this.#pending = undefined;
    } else {
      this.#pending = { source, rule: kept };
    }
  }

  /** Shows nothing. Numbers go on when something is attached again. */
  detach(): void {
    if (this.#current !== undefined) this.#progress.leave(this.#current);
    this.#current = undefined;
    this.#pending = undefined;
  }

  /** A packet the source has just received, as the viewer gets it, or undefined when this output does not send it. */
  handle(source: RewriteSource, incoming: SourcePacket, stamp: SendStamp): RewrittenPacket | undefined {
    const switched = this.#switchIfDue(source, incoming);
    if (this.#current !== source) return undefined;
    const placed =
      incoming.index < this.#cursor.next ? this.#placeLate(source, incoming) : this.#place(incoming);
    if (placed === undefined) return undefined;
    return this.#rewrite(placed, incoming, { stamp, switched });
  }

  /** What was sent under this number, with another stamp; undefined when it is forgotten. */
  recall(outputIndex: number, stamp: SendStamp): RewrittenPacket | undefined {
    const segment = this.#segments.find(outputIndex);
    const packet = segment?.source.find(segment.firstSourceIndex + outputIndex - segment.firstOutputIndex);
    if (segment === undefined || packet === undefined) return undefined;
    return this.#rewrite({ segment, index: outputIndex }, packet, { stamp, switched: false });
  }

  /**
   * What is sent at once, after `attach` with `startFromPast`: all packets since the source's newest keyframe, when it has
   * them. Their timestamps are pressed together before that of the newest one, which goes on from what was sent last.
   */
  startFromPast(stamp: SendStamp): RewrittenPacket[] {
    const pending = this.#pending;
    const past = pending?.rule.startFromPast ? pending.source.past() : undefined;
    const shown = past?.at(-1);
    if (pending === undefined || past === undefined || shown === undefined) return [];
    const press = { end: shown.index + 1, newest: shown.header.timestamp };
    this.#switch(pending, { first: past[0]!, shown, press });
    const sent = past.map((packet, place) => {
      const placed = this.#place(packet);
      return placed && this.#rewrite(placed, packet, { stamp, switched: place === 0 });
    });
    return sent.filter((each) => each !== undefined);
  }

  #switchIfDue(source: RewriteSource, first: SourcePacket): boolean {
    const pending = this.#pending;
    if (pending?.source !== source || (pending.rule.waitForKeyframe && !first.keyframe)) return false;
    this.#switch(pending, { first, shown: first, press: undefined });
    return true;
  }

  #switch(
    pending: { source: RewriteSource; rule: RewriteRule },
    begin: { first: SourcePacket; shown: SourcePacket; press: Press | undefined },
  ): void {
    const { first } = begin;
    if (this.#current !== undefined) this.#progress.leave(this.#current);
    this.#current = pending.source;
    this.#pending = undefined;
    this.#nextRule = undefined;
    this.#segments.push({
      ...pending,
      ...this.#progress.goOn(pending.source, begin),
      firstSourceIndex: first.index,
      temporalLimit: maxTemporalLayerOf(pending.rule),
    });
    this.#cursor = {
      first: first.index,
      next: first.index,
      timestamp: first.header.timestamp,
      leftOut: false,
    };
  }

  /** A packet newer than all before. */
  #place(incoming: SourcePacket): { segment: Segment; index: number } | undefined {
    const { index, frame, header } = incoming;
    const isCertain = index === this.#cursor.next || frame.start;
    if (header.timestamp !== this.#cursor.timestamp && isCertain) this.#beginFrame(incoming);
    const segment = this.#segments.latest!;
    const leftOut = excludes(segment, incoming);
    if (leftOut) this.#leaveOut(segment, incoming);
    else this.#progress.note(segment, incoming, outputIndexOf(segment, index));
    this.#cursor = { first: this.#cursor.first, next: index + 1, timestamp: header.timestamp, leftOut };
    return leftOut ? undefined : { segment, index: outputIndexOf(segment, index) };
  }

  /** What may only change between frames: the rule, and how many temporal layers are sent. */
  #beginFrame({ index, frame }: SourcePacket): void {
    const segment = this.#segments.latest!;
    const rule = this.#nextRule ?? segment.rule;
    const raised = raiseTemporalLimit(frame, segment.temporalLimit);
    const temporalLimit = Math.min(raised, maxTemporalLayerOf(rule));
    if (this.#nextRule === undefined && temporalLimit === segment.temporalLimit) return;
    this.#nextRule = undefined;
    const firstOutputIndex = outputIndexOf(segment, index);
    this.#segments.push({ ...segment, rule, temporalLimit, firstSourceIndex: index, firstOutputIndex });
  }

  /** The packet's number goes to the next one. What is missing before it keeps its numbers, unless of the same frame. */
  #leaveOut(segment: Segment, { index, header }: SourcePacket): void {
    const sameFrame = this.#cursor.leftOut && header.timestamp === this.#cursor.timestamp;
    const counts = !sameFrame && segment.source.options.codec === "vp8";
    this.#segments.push({
      ...segment,
      firstSourceIndex: index + 1,
      firstOutputIndex: outputIndexOf(segment, sameFrame ? this.#cursor.next : index),
      pictureIdOffset: counts ? (segment.pictureIdOffset - 1) & 0x7fff : segment.pictureIdOffset,
    });
  }

  #placeLate(source: RewriteSource, incoming: SourcePacket): { segment: Segment; index: number } | undefined {
    if (incoming.index < this.#cursor.first) return undefined;
    const located = this.#segments.locate(source, incoming.index);
    if (located === undefined) return undefined;
    if (excludes(located.segment, incoming)) this.#progress.take(located.index);
    else this.#progress.noteLate(located.segment, incoming, located.index);
    return located;
  }

  #rewrite(
    { segment, index }: { segment: Segment; index: number },
    incoming: SourcePacket,
    { stamp, switched }: { stamp: SendStamp; switched: boolean },
  ): RewrittenPacket | undefined {
    const blank = excludes(segment, incoming);
    const { payloadType, redPayloadType } = segment.rule;
    const packet = rewriteRtp(incoming.packet, segment.source.options.extensions, {
      target: this.#target,
      stamp: {
        ...stamp,
        payloadType: redPayloadType ?? payloadType,
        sequenceNumber: index & 0xffff,
        timestamp: timestampOf(segment, incoming),
        frameNumberOffset: segment.frameNumberOffset,
        payload: rewritePayload(segment, incoming),
        blank,
      },
    });
    return packet && { packet, index, switched, blank };
  }
}

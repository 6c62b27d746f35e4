import { ALL_TEMPORAL_LAYERS, type FrameInfo } from "../codec/frame-info.ts";
import { type Press, pressTimestamp } from "./press.ts";
import type { RewriteSource, SourcePacket } from "./rewrite-source.ts";

export interface RewriteRule {
  payloadType: number;
  /** Start only on a keyframe's first packet. */
  waitForKeyframe: boolean;
  /** Highest temporal layer sent, 0..7; default 7, all. */
  maxTemporalLayer?: number;
  /** Send Opus as RED under this payload type. */
  redPayloadType?: number;
  /** Start with what the source keeps since its newest keyframe. */
  startFromPast?: boolean;
}

/** A stretch of an output whose packets come from one source and differ from its packets in the same way. */
export interface Segment {
  source: RewriteSource;
  rule: RewriteRule;
  firstSourceIndex: number;
  firstOutputIndex: number;
  /** Of what is not pressed. */
  timestampOffset: number;
  press: Press | undefined;
  /** Modulo 2^15. */
  pictureIdOffset: number;
  /** Modulo 2^8. */
  tl0Offset: number;
  /** Modulo 2^16. */
  frameNumberOffset: number;
  /** Layers above are left out. */
  temporalLimit: number;
}

/** Output numbers of a source's packets by segment, newest last; the oldest are forgotten. */
export class SegmentList {
  static readonly MOST = 64;
  readonly #segments: Segment[] = [];

  get latest(): Segment | undefined {
    return this.#segments.at(-1);
  }

  /** Adds a segment. One that nothing was placed in yet is replaced. */
  push(segment: Segment): void {
    const latest = this.latest;
    if (latest?.firstOutputIndex === segment.firstOutputIndex && latest.source === segment.source) {
      this.#segments.pop();
    }
    this.#segments.push(segment);
    if (this.#segments.length > SegmentList.MOST) this.#segments.shift();
  }

  /** Segment and number of a packet older than the newest one of `source`; undefined when its number went to another. */
  locate(source: RewriteSource, sourceIndex: number): { segment: Segment; index: number } | undefined {
    let end = Number.POSITIVE_INFINITY;
    for (const segment of this.#segments.toReversed()) {
      if (segment.source !== source) return undefined;
      if (segment.firstSourceIndex <= sourceIndex) {
        const index = outputIndexOf(segment, sourceIndex);
        return index < end ? { segment, index } : undefined;
      }
      end = segment.firstOutputIndex;
    }
    return undefined;
  }

  /** The segment an output number lies in. */
  find(outputIndex: number): Segment | undefined {
    return this.#segments.findLast((segment) => segment.firstOutputIndex <= outputIndex);
  }
}

export function outputIndexOf(segment: Segment, sourceIndex: number): number {
  return segment.firstOutputIndex + (sourceIndex - segment.firstSourceIndex);
}

/** Timestamp as sent. */
export function timestampOf({ press, timestampOffset }: Segment, { index, header }: SourcePacket): number {
  return (pressTimestamp(press, index, header.timestamp) + timestampOffset) >>> 0;
}

/** True for packets of frames that this stretch leaves out. */
export function excludes({ temporalLimit }: Segment, { frame }: SourcePacket): boolean {
  return (frame.temporalLayer ?? -1) > temporalLimit;
}

export function maxTemporalLayerOf(rule: RewriteRule): number {
  return rule.maxTemporalLayer ?? ALL_TEMPORAL_LAYERS;
}

/** Picture id as sent, in the width it has. */
export function pictureIdOf(segment: Segment, { pictureId }: FrameInfo): number | undefined {
  return pictureId && (pictureId.value + segment.pictureIdOffset) & (pictureId.isLong ? 0x7fff : 0x7f);
}

/** TL0PICIDX as sent. */
export function tl0Of(segment: Segment, { tl0 }: FrameInfo): number | undefined {
  return tl0 && (tl0.value + segment.tl0Offset) & 0xff;
}

/** Frame number of the dependency descriptor as sent. */
export function frameNumberOf(segment: Segment, { frameNumber }: FrameInfo): number | undefined {
  return frameNumber === undefined ? undefined : (frameNumber + segment.frameNumberOffset) & 0xffff;
}

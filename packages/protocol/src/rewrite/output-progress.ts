import { timestampDelta } from "../rtp/sequence.ts";
import { type Press, pressTimestamp } from "./press.ts";
import type { RewriteSource, SourcePacket } from "./rewrite-source.ts";
import { frameNumberOf, pictureIdOf, type Segment, timestampOf, tl0Of } from "./segment-list.ts";

/** Capture and arrival times that differ by more are not of one clock. */
const MOST_DISAGREEMENT_MICROS = 1_000_000;

/** What an output sent last, and how the next source goes on from there. */
export class OutputProgress {
  #started = false;
  #nextIndex: number;
  #timestamp: number;
  #arrivalMicros = 0;
  #source: RewriteSource | undefined;
  #sourceTimestamp = 0;
  /** When the last packet of a source that was left was captured, and whose it was. */
  #captured: { micros: number; peer: number } | undefined;
  #pictureId: number | undefined;
  #tl0: number | undefined;
  #frameNumber: number | undefined;

  constructor(start: { firstIndex: number; firstTimestamp: number }) {
    this.#nextIndex = start.firstIndex;
    this.#timestamp = start.firstTimestamp;
  }

  /** The source is shown no longer. */
  leave(source: RewriteSource): void {
    if (this.#source !== source) return;
    const micros = source.captureMicros(this.#sourceTimestamp);
    if (micros !== undefined) this.#captured = { micros, peer: source.options.peer };
  }

  /** Offsets of a stretch that begins with `first`, and of which `shown` is seen first. The first source keeps its own ids. */
  goOn(
    source: RewriteSource,
    { first, shown, press }: { first: SourcePacket; shown: SourcePacket; press: Press | undefined },
  ): Pick<
    Segment,
    "firstOutputIndex" | "timestampOffset" | "press" | "pictureIdOffset" | "tl0Offset" | "frameNumberOffset"
  > {
    const { header, frame } = first;
    const shownAt = shown.header.timestamp;
    let timestamp = this.#timestamp;
    if (this.#started) {
      const elapsed = this.#elapsedMicros(source, {
        arrivalMicros: shown.arrivalMicros,
        timestamp: shownAt,
      });
      const pressed = (shownAt - pressTimestamp(press, first.index, header.timestamp)) >>> 0;
      timestamp += Math.max(pressed + 1, Math.floor((elapsed * source.options.clockRate) / 1_000_000));
    }
    this.#captured = undefined;
    return {
      firstOutputIndex: this.#nextIndex,
      timestampOffset: (timestamp - shownAt) >>> 0,
      press,
      pictureIdOffset: following(this.#pictureId, frame.pictureId?.value) & 0x7fff,
      tl0Offset: following(this.#tl0, frame.tl0?.value) & 0xff,
      frameNumberOffset: following(this.#frameNumber, frame.frameNumber) & 0xffff,
    };
  }

  /** A packet newer than all before was placed. */
  note(segment: Segment, packet: SourcePacket, index: number): void {
    this.#noteTime(segment, packet, index);
    this.#noteIds(segment, packet);
  }

  /** A late packet was placed; it may still be the last one in time. */
  noteLate(segment: Segment, packet: SourcePacket, index: number): void {
    if (this.#noteTime(segment, packet, index)) this.#noteIds(segment, packet);
  }

  /** The number is taken, and nothing else. */
  take(index: number): void {
    this.#nextIndex = Math.max(this.#nextIndex, index + 1);
  }

  #noteTime(segment: Segment, packet: SourcePacket, index: number): boolean {
    this.take(index);
    const { header, arrivalMicros } = packet;
    const timestamp = timestampOf(segment, packet);
    const isLater = !this.#started || timestampDelta(timestamp, this.#timestamp) > 0;
    this.#started = true;
    if (!isLater) return false;
    this.#timestamp = timestamp;
    this.#arrivalMicros = arrivalMicros;
    this.#source = segment.source;
    this.#sourceTimestamp = header.timestamp;
    return true;
  }

  #noteIds(segment: Segment, { frame }: SourcePacket): void {
    this.#pictureId = pictureIdOf(segment, frame) ?? this.#pictureId;
    this.#tl0 = tl0Of(segment, frame) ?? this.#tl0;
    this.#frameNumber = frameNumberOf(segment, frame) ?? this.#frameNumber;
  }

  /** By capture times where one clock made both, so that picture and sound stay together; else by arrival. */
  #elapsedMicros(source: RewriteSource, first: { arrivalMicros: number; timestamp: number }): number {
    const arrived = first.arrivalMicros - this.#arrivalMicros;
    const capturedAt = source.captureMicros(first.timestamp);
    if (this.#captured?.peer === source.options.peer && capturedAt !== undefined) {
      const captured = capturedAt - this.#captured.micros;
      if (Math.abs(captured - arrived) <= MOST_DISAGREEMENT_MICROS) return Math.max(0, captured);
    }
    return Math.max(0, arrived);
  }
}

/** What to add to `first` so that it follows `last`; 0 when there is none of either. */
function following(last: number | undefined, first: number | undefined): number {
  return last === undefined || first === undefined ? 0 : last + 1 - first;
}

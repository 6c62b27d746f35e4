import { FIRST_SEGMENT } from "./segment-grid.ts";

/** The first segment ends after so many of what segments are aimed at, also without a keyframe: nobody can play before there is one. */
const FIRST_SEGMENT_SHARE = 1.5;

/** Whether the picture that decides has keyframes for segments to begin with, and how long these may be. All in µs. */
export class KeyframeRhythm {
  readonly #segmentMicros: number;
  readonly #maxSegmentMicros: number;
  /** Of the newest keyframe. */
  #keyframeMicros = Number.NEGATIVE_INFINITY;
  /** They are further apart than a segment may be long: segments are cut without them, and as long as is aimed at. */
  #isSparse = false;

  constructor(segmentMicros: number, maxSegmentMicros: number) {
    this.#segmentMicros = segmentMicros;
    this.#maxSegmentMicros = maxSegmentMicros;
  }

  get isSparse(): boolean {
    return this.#isSparse;
  }

  /** After so long the segment of this number ends, with or without a keyframe. */
  longestMicros(number: number): number {
    if (this.#isSparse) return this.#segmentMicros;
    if (number !== FIRST_SEGMENT) return this.#maxSegmentMicros;
    return Math.min(this.#maxSegmentMicros, this.#segmentMicros * FIRST_SEGMENT_SHARE);
  }

  /** The newest keyframe is further back than a segment may be long. */
  isOld(atMicros: number): boolean {
    return atMicros - this.#keyframeMicros >= this.#maxSegmentMicros;
  }

  keyframe(atMicros: number): void {
    if (!this.isOld(atMicros)) this.#isSparse = false;
    this.#keyframeMicros = atMicros;
  }

  /** A segment began without one. */
  missed(atMicros: number): void {
    this.#isSparse ||= this.isOld(atMicros);
  }
}

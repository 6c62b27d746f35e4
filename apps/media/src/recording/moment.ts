import type { UnitFormat } from "@sameroom/protocol";

/** The segment of one track that a recording takes for a stretch of time. */
export interface TakenSegment {
  rendition: string;
  /** Of the init segment, within the rendition. */
  version: number;
  /** Files of the live archive. */
  path: string;
  initPath: string;
  format: UnitFormat;
  /** Of its first unit, microseconds since 1970. */
  captureMicros: number;
  durationMicros: number;
  byteLength: number;
}

/** One number of the segment grid: the best picture there was, and the sound. */
export interface Moment {
  number: number;
  /** Timestamps or formats do not continue those of the moment before. */
  discontinuity: boolean;
  video: TakenSegment | undefined;
  audio: TakenSegment | undefined;
}

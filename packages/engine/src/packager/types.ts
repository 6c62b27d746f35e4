import type { AccessUnit, UnitFormat } from "@sameroom/protocol";

/** One encoding that players can choose. */
export interface RenditionInfo {
  /** Part of the address: `[a-z0-9-]{1,32}`. Layers are named by RID, made ones by what they are (`h264-480`, `aac`). */
  id: string;
  kind: "audio" | "video";
}

export interface RenditionOptions {
  /** Decides where segments begin, while it flows; default: others do. */
  master?: boolean;
  /** Late by so much, while others go on, it lacks what it does not bring: gaps for its players. Default 1,500 ms. */
  patienceMs?: number | undefined;
  /** When it begins, or goes on, it may be brought from so long ago on: a pause is told so much later. Default 0, at most 30,000 ms. */
  pastMs?: number;
}

/** What decoders need before the first fragment: `ftyp` and `moov`. */
export interface InitSegment {
  rendition: string;
  /** Counts from 0 within a rendition; another one follows a discontinuity. */
  version: number;
  format: UnitFormat;
  bytes: Uint8Array;
}

/** A `moof` and its `mdat`: a partial segment of LL-HLS, and what recordings lose at most. */
export interface Part {
  rendition: string;
  /** Media sequence number of the segment it belongs to, from 1, and its place in it, from 0. */
  segment: number;
  index: number;
  /** Begins with a keyframe. A part may be empty of samples: the one before lasts through it. */
  independent: boolean;
  /** Capture time of its first unit, microseconds since 1970 on the node's clock. */
  captureMicros: number;
  durationMicros: number;
  /** Empty with `gap`. */
  bytes: Uint8Array;
  /** Nothing was there: the rendition paused, or its making had not begun. */
  gap: boolean;
  /** That of its segment; the same in all its parts. */
  discontinuity?: boolean;
}

/** A segment that is complete. Segments of one number show the same stretch of time in every rendition. */
export interface Segment {
  rendition: string;
  number: number;
  /** Version of the {@link InitSegment} it needs. */
  init: number;
  captureMicros: number;
  durationMicros: number;
  /** Of all its parts. */
  byteLength: number;
  parts: number;
  independent: boolean;
  /** Timestamps or format do not continue those of the segment before (EXT-X-DISCONTINUITY). */
  discontinuity: boolean;
  gap: boolean;
}

/** Where the packager puts what it makes; called in order, synchronously. */
export interface PackagerSink {
  init(init: InitSegment): void;
  part(part: Part): void;
  segment(segment: Segment): void;
  /** A rendition came, or will bring nothing more. */
  rendition(info: RenditionInfo, state: "added" | "removed"): void;
  /** Nothing more will come, of any rendition. */
  ended(): void;
}

export interface PackagerOptions {
  /** Length of a part that is aimed at, ms; default 250. No part is longer. */
  partMs?: number;
  /** Length of a segment that is aimed at, ms; default 2000. Segments begin with a keyframe where one can be had. */
  segmentMs?: number;
  /** Longest segment, ms: cut here even without a keyframe; default 6000. The target duration of playlists. */
  maxSegmentMs?: number;
}

/** What the packager asks for. */
export interface PackagerRequests {
  /** A keyframe of every layer is wanted now, because a segment is due. */
  askForKeyframes?(nowMs: number): void;
  /** A segment begins without a keyframe. Of what is made of the picture it may begin with one: the nearest within a second counts. */
  cutWithoutKeyframe?(): void;
}

export type { AccessUnit, UnitFormat };

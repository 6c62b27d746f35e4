import type { UnitFormat } from "../../units/types.ts";
import type { ParsedSample } from "../track-fragment.ts";

/** A fragment as it lies in a file of its own or among others; see `parseFragment`. */
export interface StoredFragment {
  file: string;
  /** Index into the track's `formats`. */
  format: number;
  /** Decoding time of the first sample in ticks of its format's timescale, on one timeline with all tracks. */
  baseTime: number;
  /** Offsets count from the beginning of `file`. */
  samples: readonly ParsedSample[];
}

/** What becomes one track: all fragments of a rendition in order of time. */
export interface StoredTrack {
  /** All of one kind. */
  formats: readonly UnitFormat[];
  fragments: readonly StoredFragment[];
}

/** Bytes to copy out of a file. */
export interface FileRange {
  file: string;
  offset: number;
  size: number;
}

export interface ProgressivePlan {
  /** `ftyp`, `moov` and the header of `mdat`: what comes first. */
  head: Uint8Array;
  /** What comes behind it, in order. */
  ranges: FileRange[];
  /** Of the whole file. */
  byteLength: number;
  durationSeconds: number;
}

/** Consecutive samples of one track that lie together in the file. */
export interface Chunk {
  /** Decoding time of its first sample, seconds. */
  startSeconds: number;
  samples: number;
  /** Index of the sample description, from 0. */
  format: number;
  byteLength: number;
  ranges: FileRange[];
}

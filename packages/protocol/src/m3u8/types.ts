/** A media playlist as it is written; times in seconds unless the name says otherwise. Names are RFC 8216bis's. */
export interface MediaPlaylist {
  /** EXT-X-TARGETDURATION: an integer that no segment's rounded duration exceeds, the same as long as the playlist lives. */
  targetDuration: number;
  /** EXT-X-PART-INF: no part is longer. Undefined: no parts. */
  partTarget?: number | undefined;
  /** EXT-X-SERVER-CONTROL. */
  serverControl?: ServerControl | undefined;
  /** Number of the first segment. */
  mediaSequence: number;
  /** How many segments with a discontinuity have been removed. */
  discontinuitySequence: number;
  /** VOD: will never change. EVENT: will only grow. */
  type?: "VOD" | "EVENT" | undefined;
  segments: readonly MediaSegment[];
  /** What exists of the segment behind the last one. */
  open?: OpenSegment | undefined;
  /** Address of the part that comes next. */
  preloadHint?: string | undefined;
  /** Where the other renditions are. */
  renditionReports?: readonly RenditionReport[] | undefined;
  /** Nothing will be added: EXT-X-ENDLIST. */
  isEnded: boolean;
}

export interface ServerControl {
  canBlockReload?: boolean | undefined;
  /** Segments that end further from the playlist's end than this may be left out of a delta; at least 6 target durations. */
  canSkipUntil?: number | undefined;
  /** At least 3 target durations, its default. */
  holdBack?: number | undefined;
  /** At least 3 part targets. */
  partHoldBack?: number | undefined;
}

/** A segment that is not whole yet. */
export interface OpenSegment {
  /** Address of the init segment. */
  map?: string | undefined;
  /** Capture time of its first picture, Unix milliseconds. */
  programDateTimeMs?: number | undefined;
  /** Timestamps or format do not continue those of the segment before. */
  discontinuity?: boolean | undefined;
  parts?: readonly PartialSegment[] | undefined;
}

export interface MediaSegment extends OpenSegment {
  uri: string;
  duration: number;
  /** Nothing can be had at `uri`. */
  gap?: boolean | undefined;
}

export interface PartialSegment {
  uri: string;
  duration: number;
  independent?: boolean | undefined;
  gap?: boolean | undefined;
}

export interface RenditionReport {
  uri: string;
  /** Number of its last segment, also of one that is not whole. */
  lastMsn: number;
  /** Index of its last part in that segment. */
  lastPart?: number | undefined;
}

/** A multivariant playlist as it is written. */
export interface MultivariantPlaylist {
  /** Every segment of every rendition begins with a keyframe. */
  independentSegments?: boolean | undefined;
  variants: readonly Variant[];
  audio?: readonly AudioRendition[] | undefined;
  /** Facts about the whole (EXT-X-SESSION-DATA), by names that are domain names written backwards. */
  data?: Readonly<Record<string, string>> | undefined;
}

export interface Variant {
  uri: string;
  /** Bits a second with the audio that goes with it: of the worst segment, and on the average. */
  bandwidth: number;
  averageBandwidth?: number | undefined;
  /** RFC 6381, video and audio; at least one. */
  codecs: readonly string[];
  /** In pixels; undefined without video. */
  resolution?: { width: number; height: number } | undefined;
  /** Pictures a second, at most. */
  frameRate?: number | undefined;
  /** `groupId` of its audio. */
  audioGroup?: string | undefined;
}

export interface AudioRendition {
  groupId: string;
  name: string;
  /** Undefined: it is in the variant itself. */
  uri?: string | undefined;
  isDefault: boolean;
  channels: number;
}

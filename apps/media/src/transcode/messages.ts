import type { AccessUnit, AudioFormat, UnitFormat, VideoFormat } from "@sameroom/protocol";

/** An access unit between two processes: its format goes ahead, once, in a message of its own. */
export type WireUnit = Omit<AccessUnit, "format">;

/** One picture size to be made. */
export interface Rung {
  /** Name of the rendition: `h264-480`. */
  id: string;
  /** Length of the picture's shorter side, pixels, even: 480 is 854x480, and 480x854 of a telephone held upright. */
  height: number;
  /** Bit/s. */
  bitrate: number;
}

/** Encoders of H.264 that take pictures from memory: x264, or one in hardware. */
export type H264Encoder = "libx264" | "h264_nvenc" | "h264_qsv" | "h264_videotoolbox" | "h264_amf";

/** What a job does; everything it needs to begin but the media. */
export type Work =
  | { kind: "audio"; codec: "aac" | "mp3"; bitrate: number; input: AudioFormat }
  | { kind: "opus"; bitrate: number; input: AudioFormat }
  | { kind: "levels"; input: AudioFormat }
  | { kind: "thumbnails"; input: VideoFormat }
  | ({ kind: "realtime" } & RealtimeWork)
  | ({ kind: "compose" } & ComposeWork)
  | { kind: "video"; input: VideoFormat; rungs: Rung[]; encoder: H264Encoder; threads: number }
  | ({ kind: "pictures" } & PicturesWork)
  | ({ kind: "aac" } & AacWork)
  | { kind: "probe" };

/** Pictures for viewers who wait for none. */
export interface RealtimeWork {
  input: VideoFormat;
  /** Bit/s, at most. */
  bitrate: number;
  /** Longest shorter side, pixels; undefined: the source's. */
  maxHeight: number | undefined;
  encoder: H264Encoder;
  threads: number;
  /** How much is made of it from the start, see `effortSteps`. */
  effort: number;
}

/** One picture and one sound of several people's. */
export interface ComposeWork {
  /** Of the largest picture; even numbers. */
  width: number;
  height: number;
  rungs: Rung[];
  sound: { codec: "opus" | "aac"; bitrate: number };
  encoder: H264Encoder;
  threads: number;
}

/** Somebody in a composed picture. */
export interface ComposeTile {
  /** Whose units they are. */
  member: string;
  /** Shown where there is no picture. */
  name: string;
  /** In percent of the whole picture. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** Their picture must not be cut off at its edges. */
  whole: boolean;
  /** There is no picture: their camera is off. */
  dark: boolean;
  /** They are not heard. */
  silent: boolean;
}

/** What a composition is told, in this order of time. */
export type ComposeStep =
  /** Everybody in the picture, the lowest first; who is not among them is forgotten. `lead`: whose capture times the pictures have. */
  | { do: "scene"; tiles: ComposeTile[]; lead: string }
  /** What this member sends from here on; one for each kind. */
  | { do: "format"; member: string; format: UnitFormat }
  | { do: "unit"; member: string; kind: UnitFormat["kind"]; unit: WireUnit }
  /** The first picture and the first sound are of this moment, µs since 1970 on the node's clock. */
  | { do: "begin"; atMicros: number }
  /** All is made up to this moment. */
  | { do: "advance"; untilMicros: number }
  | { do: "rate"; picturesPerSecond: number };

/** How loud about a second of sound was. */
export interface SoundLevel {
  /** When its first sample was captured, µs since 1970 on the node's clock. */
  captureMicros: number;
  /** The loudest sample of any channel, decibels of full scale: 0 and more is clipped, -120 is silence. */
  peakDbfs: number;
  /** Root mean square over all channels, likewise. */
  rmsDbfs: number;
}

/** Poster and sprite sheets of a recording. */
export interface PicturesWork {
  /** File with `ftyp` and `moov`. */
  init: string;
  /** Files of the video rendition, in order, each of one or several fragments; one with another set-up names its own `init`. */
  fragments: (string | { path: string; init: string })[];
  durationMs: number;
  /** Existing directory for `poster.jpg` and `sprites-<n>.jpg`. */
  outDir: string;
}

/** Sound of a recording, made again for players that do not take Opus. */
export interface AacWork {
  /** Files of Opus fragments, in order, with their init segments. */
  segments: {
    path: string;
    init: string;
    /** File to write. */
    out: string;
    /** Does not continue the one before. */
    restart: boolean;
  }[];
  /** File for the init segment of all that is written; it is written last. */
  outInit: string;
  /** Bit/s. */
  bitrate: number;
}

/** One JPEG of many small pictures, row by row; the last sheet may have fewer rows, its last row may be part empty. */
export interface SpriteSheet {
  path: string;
  columns: number;
  rows: number;
  /** Of one tile, pixels. */
  tileWidth: number;
  tileHeight: number;
  /** Time from one tile to the next. The first tile of the n-th sheet shows n * columns * rows of the first * intervalMs. */
  intervalMs: number;
}

export interface Pictures {
  poster: string;
  sprites: SpriteSheet[];
}

/** What a child is told. Jobs are numbered by who asks. */
export type ToChild =
  | { type: "open"; job: number; work: Work }
  | { type: "format"; job: number; format: UnitFormat }
  /** `skipped`: what follows refers to it, but nothing is to be made of itself. */
  | { type: "unit"; job: number; sequence: number; unit: WireUnit; skipped: boolean }
  /** The next picture shall be a keyframe. */
  | { type: "keyframe"; job: number }
  /** Of a realtime job an index into `effortSteps`, of a video job into `thinnerSteps`. */
  | { type: "effort"; job: number; effort: number }
  /** Of a composition; answered by `done`. */
  | { type: "compose"; job: number; sequence: number; step: ComposeStep }
  | { type: "drop"; job: number; output: string }
  | { type: "rung"; job: number; rung: Rung }
  | { type: "close"; job: number };

/** What a child answers. */
export type FromChild =
  | { type: "ready" }
  | { type: "opened"; job: number }
  | { type: "format"; job: number; output: string; format: UnitFormat }
  | { type: "unit"; job: number; output: string; unit: WireUnit }
  /** The unit with this number is done with; what came of it was sent before. */
  | { type: "done"; job: number; sequence: number }
  | { type: "level"; job: number; level: SoundLevel }
  | { type: "thumbnail"; job: number; jpeg: Uint8Array }
  /** Once a second: processor time, of one core, ms a second. */
  | { type: "cost"; job: number; cpuMsPerSecond: number }
  | { type: "failed"; job: number; message: string }
  | { type: "progress"; job: number; done: number }
  | { type: "result"; job: number; result: unknown }
  /** Once a second. */
  | { type: "memory"; rssBytes: number };

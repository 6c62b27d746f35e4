/** What the child is told once, after it has started. */
export interface PublishOrder {
  /** A file; or, behind `graph:`, FFmpeg's filters that make a picture and a sound, with the outputs `out0` and `out1`. */
  file: string;
  /** RTMP, with its credential; or, with {@link bearer}, a WHIP endpoint. */
  url: string;
  /** The credential for WHIP. */
  bearer?: string | undefined;
  loop: boolean;
  /** Stays connected after the end, sending nothing, until it is told to leave: somebody else is about to take over. */
  holds?: boolean;
}

/** What the child tells. */
export type PublishNews =
  | { type: "live"; tracks: string[]; durationS: number }
  /** Once a second. */
  | { type: "progress"; sentS: number; bitrate: number; lateMs: number }
  | { type: "failed"; message: string }
  | { type: "done"; sentS: number };

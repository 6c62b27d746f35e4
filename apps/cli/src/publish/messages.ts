/** What the child is told once, after it has started. */
export interface PublishOrder {
  file: string;
  /** With its credential. */
  url: string;
  loop: boolean;
}

/** What the child tells. */
export type PublishNews =
  | { type: "live"; tracks: string[]; durationS: number }
  /** Once a second. */
  | { type: "progress"; sentS: number; bitrate: number; lateMs: number }
  | { type: "failed"; message: string }
  | { type: "done"; sentS: number };

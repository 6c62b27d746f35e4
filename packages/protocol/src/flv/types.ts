import type { AccessUnit } from "../units/types.ts";

/** What the body of one FLV tag has for one track. */
export interface FlvPacket {
  /** 0 where the tag knows of no tracks. */
  track: number;
  /** FourCC, also where the tag has one of the older numbers, e.g. `avc1`, `mp4a`; of what has none, a word: `mp3`. */
  codec: string;
  /** `start`: set-up of the decoder; `frame`: a picture or a packet of sound; `end`: of the sequence. */
  kind: "start" | "frame" | "end";
  /** As the tag says; of sound always true. */
  keyframe: boolean;
  /** Presentation minus decoding time, ms. */
  compositionMs: number;
  /** Added to the tag's timestamp, which has only milliseconds. */
  offsetNanos: number;
  data: Uint8Array;
}

/** An access unit on the sender's own timeline. */
export interface FlvUnit extends Omit<AccessUnit, "captureMicros"> {
  /** Presentation time, µs, unwrapped, sound and picture on one line. */
  ptsMicros: number;
}

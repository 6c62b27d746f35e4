import type { RestreamOrder, RestreamReason } from "@sameroom/contract";
import type { AudioFormat, UnitFormat, VideoFormat } from "@sameroom/protocol";

/** One picture or packet of sound on its way to a target. */
export interface TargetUnit {
  kind: "video" | "audio";
  /** Decoding time, µs since the connection's first unit; grows within each kind. */
  dtsMicros: number;
  compositionMicros: number;
  keyframe: boolean;
  /** As in `AccessUnit`: NAL units with lengths, raw AAC. */
  data: Uint8Array;
}

/** What a connection begins with. At least one of both formats. */
export interface TargetOpening {
  order: RestreamOrder;
  /** Addresses of private networks are taken too. */
  allowPrivate: boolean;
  video: VideoFormat | undefined;
  audio: AudioFormat | undefined;
}

export type ToSender =
  | { type: "open"; opening: TargetOpening }
  /** The units of its kind that follow are in this format. */
  | { type: "format"; format: UnitFormat }
  | { type: "unit"; sequence: number; unit: TargetUnit }
  /** End in order and exit. */
  | { type: "close" };

export type FromSender =
  /** The target takes the stream. */
  | { type: "opened" }
  /** The unit with this number, and those before it, are on their way. */
  | { type: "done"; sequence: number }
  /** Bytes sent since the beginning. Once a second. */
  | { type: "sent"; bytes: number }
  /** Nothing more will come. */
  | { type: "failed"; reason: RestreamReason; detail: string | null };

import type { GoneReason, SessionProtocol } from "@sameroom/contract";
import type { AccessUnit, AudioFormat } from "@sameroom/protocol";

/** An access unit as an encoder timed it. */
export interface EncoderUnit extends Omit<AccessUnit, "captureMicros"> {
  /**
   * Presentation time on the sender's own timeline, µs from wherever it begins: unwrapped, sound and picture on one line.
   * A jump of more than ten seconds, or backwards, is taken as a new line. Decoding time is this minus `compositionMicros`.
   */
  ptsMicros: number;
}

/** Who wants to publish, before any of their media is taken. */
export interface EncoderRequest {
  protocol: Extract<SessionProtocol, "rtmp" | "srt" | "recorder">;
  /** A stream key or a room token; never logged. */
  credential: string;
  /** The room they name; undefined: the one the stream key belongs to. */
  room: string | undefined;
  /** Far end, for the log: `192.0.2.1:5004`. */
  from: string;
  /** What the encoder says of itself, e.g. `obs-studio/30.2`. */
  software?: string;
  /** The server ends it (control, another publisher, shutdown): close the connection. Called at most once, not after `close()`. */
  onClosed(reason: GoneReason): void;
}

/** How the way from the encoder is, as its protocol measures it; what it cannot tell is undefined. */
export interface EncoderTransport {
  /** Lost for good since the last report, 0..1. */
  lossRatio?: number;
  /** Came only by asking again since the last report, 0..1. */
  repairedRatio?: number;
  roundTripMs?: number;
  /** Codecs it sends that cannot be taken, as hosts know them (`AC-3`); none when left out. */
  unsupported?: readonly string[];
}

/** An open publisher that speaks something else than WebRTC. Whoever opened it feeds and closes it. */
export interface EncoderFeed {
  readonly room: string;
  readonly session: string;
  /** The sound there will be, as far as the sender has said; before its first unit, or with it. Often the same again. */
  expectSound(format: AudioFormat | undefined): void;
  /** The next unit of sound or picture, in decoding order of its kind. Never throws, never waits. */
  push(unit: EncoderUnit): void;
  /** About once a second. */
  transport(report: EncoderTransport): void;
  /** The connection is over. `left`: the encoder said so. Idempotent. */
  close(reason: Extract<GoneReason, "left" | "connection-lost">): void;
}

/** Where RTMP, SRT and recorders bring their streams. */
export interface EncoderDoor {
  /**
   * Checks who it is and takes the room's place. Rejects with `MediaError`: `stream_key.invalid`, `token.*`,
   * `media.control_unavailable`, `media.full`, `media.shutting_down`.
   */
  open(request: EncoderRequest): Promise<EncoderFeed>;
}

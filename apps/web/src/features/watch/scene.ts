import type { ClientFailure, WatchState } from "@sameroom/client";
import type { HostStatus, RoomState, Veil } from "@sameroom/contract";

/** What lies over the picture, if anything: always one thing, the cause rather than its consequences. */
export type Scene =
  | { kind: "picture" }
  | { kind: "connecting"; trouble: string | null }
  | { kind: "scheduled" }
  | { kind: "starting" }
  | { kind: "interrupted"; graceEndsMs: number | null }
  | { kind: "reconnecting" }
  | { kind: "failed"; message: string }
  | { kind: "unplayable"; message: string }
  | { kind: "break" }
  | { kind: "blurred" }
  | { kind: "paused" }
  | { kind: "camera-off" }
  | { kind: "audio-only" };

export interface SceneFacts {
  /** null while not known. */
  room: RoomState | null;
  watch: WatchState;
  /** true once a picture was shown. */
  started: boolean;
  host: HostStatus;
  /** Others are in the picture as it comes: what the host's camera does is to be seen there. */
  isComposed: boolean;
  graceEndsMs: number | null;
  /** The last since a picture was shown. */
  failure: Pick<ClientFailure, "code" | "message"> | null;
  /** What lies over the show, as its pictures looked wrong. */
  veil: Veil | null;
  /** The viewer has chosen to hear the show only. */
  audioOnly: boolean;
}

/** Trying again helps only once the show is sent otherwise: nobody is to wait for that before an empty picture. */
const UNPLAYABLE = "media.codec_unsupported";

/** Decides what a viewer sees. A lost host explains a lost picture, so the room's state comes first. */
export function sceneOf(facts: SceneFacts): Scene {
  if (facts.room === "interrupted") return { kind: "interrupted", graceEndsMs: facts.graceEndsMs };
  if (facts.room === "scheduled") return { kind: "scheduled" };
  const connecting: Scene = { kind: "connecting", trouble: facts.failure?.message ?? null };
  switch (facts.watch) {
    case "failed":
      return { kind: "failed", message: facts.failure?.message ?? "The picture cannot be reached." };
    case "reconnecting":
    case "connecting":
      if (facts.failure?.code === UNPLAYABLE) return { kind: "unplayable", message: facts.failure.message };
      return facts.watch === "connecting" ? connecting : { kind: "reconnecting" };
    case "closed":
      return connecting;
    case "waiting":
      if (facts.audioOnly && facts.room === "live") return { kind: "audio-only" };
      return facts.room === "live" ? { kind: "starting" } : connecting;
    case "playing":
      if (facts.veil === "pause") return { kind: "paused" };
      // Guests are to be seen beside a host who takes a break.
      if (facts.veil === "blur" && !facts.audioOnly) return { kind: "blurred" };
      if (facts.host.onBreak && !facts.isComposed) return { kind: "break" };
      if (facts.audioOnly) return { kind: "audio-only" };
      if (facts.host.cameraOff && !facts.host.screenSharing && !facts.isComposed)
        return { kind: "camera-off" };
      return facts.started ? { kind: "picture" } : connecting;
  }
}

/** The scene in a sentence for screen readers. */
export function sceneSentence(scene: Scene): string {
  switch (scene.kind) {
    case "picture":
      return "The show is playing.";
    case "connecting":
      return scene.trouble === null ? "Connecting." : `Connecting. ${scene.trouble}`;
    case "scheduled":
      return "The show has not started. It starts by itself when the host goes live.";
    case "starting":
      return "The host is live. The picture comes in a moment.";
    case "interrupted":
      return "The host lost the connection and is reconnecting.";
    case "reconnecting":
      return "Your connection was lost. Reconnecting.";
    case "failed":
    case "unplayable":
      return `The show cannot be played. ${scene.message}`;
    case "break":
      return "The host takes a break and will be right back.";
    case "blurred":
      return "The picture is blurred until a moderator has looked at it. You hear the show.";
    case "paused":
      return "The show is paused until a moderator has looked at it.";
    case "camera-off":
      return "The host has turned the camera off. You hear the show.";
    case "audio-only":
      return "You hear the show without its picture.";
  }
}

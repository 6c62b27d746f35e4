import type { RenditionInfo } from "@sameroom/engine";
import type { SourceId } from "@sameroom/native";
import type { AccessUnit } from "@sameroom/protocol";
import type { PublishingSession } from "../ingest/publishing-session.ts";

/** What inputs tell their program; declared here, implemented there. */
export interface InputEvents {
  /** A stream came that no other stood for before. */
  onAdded(rendition: RenditionInfo): void;
  /** A stream that others go on without: a layer rests, or is gone. */
  onPaused(rendition: string): void;
  onUnit(rendition: string, unit: AccessUnit): void;
  /** Nothing comes of a sound or a picture while the other goes on, and this is in its place. */
  onFiller(rendition: string, unit: AccessUnit): void;
}

/** One session of a room's host as renditions of the program. */
export interface ProgramInputs {
  readonly session: PublishingSession;
  /** Those that are there, pictures lowest first. */
  readonly renditions: readonly RenditionInfo[];
  /** Id of the highest layer of the picture. */
  readonly topLayer: string | undefined;
  /** Brings the inputs up to what the host sends now. */
  refresh(): void;
  /** Keeps these renditions coming, and the highest layer in any case; others may rest. */
  want(isWanted: (rendition: string) => boolean): void;
  /** A packet of a tapped source. */
  take(source: SourceId, packet: Uint8Array, arrivalMicros: number): void;
  clock(source: SourceId, map: { unixMicros: number; rtpTimestamp: number }): void;
  /** Hands over what is complete. */
  poll(nowMicros: number): void;
  /** Asks every layer for a keyframe, so that segments of all can be cut together. */
  askForKeyframes(): void;
  /** Takes nothing more of the session. */
  close(): void;
}

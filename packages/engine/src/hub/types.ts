import type { CodecFormat } from "@sameroom/protocol";

export type MediaKind = "audio" | "video";

/** One stream of a publisher that can be shown in a slot. */
export interface HubSource {
  /** Id on the wire. */
  id: number;
  kind: MediaKind;
  format: CodecFormat;
}

/** Somebody on air in a room, by one media session. */
export interface HubPublisher {
  session: string;
  /** Slots follow the participant, not the session: a host who returns takes the same slots. */
  participant: string;
  /** The program goes first. */
  host: boolean;
  sources: HubSource[];
}

/** A format a viewer negotiated for a slot. */
export interface SlotFormat extends CodecFormat {
  payloadType: number;
  rtxPayloadType: number | undefined;
}

/** One media section of a viewer's connection (DESIGN 4.2). */
export interface HubSlot {
  /** Id of the output on the wire. */
  output: number;
  mid: string;
  kind: MediaKind;
  formats: readonly SlotFormat[];
}

export interface HubViewer {
  session: string;
  /** A warmed-up viewer gets nothing until resumed. */
  paused: boolean;
  slots: HubSlot[];
}

/** What a slot shows. */
export interface SlotState {
  mid: string;
  kind: MediaKind;
  /** Participant assigned to the slot, or null. */
  participant: string | null;
  /** Source attached, or null: nobody there, paused, or a format this viewer cannot decode. */
  source: number | null;
  reason: "shown" | "empty" | "paused" | "format";
}

/** What the hub asks of the wire; declared here, implemented by the app. */
export interface HubPort {
  attach(
    output: number,
    source: number,
    format: { payloadType: number; rtxPayloadType: number | undefined },
  ): void;
  detach(output: number): void;
  /** Somebody waits for a keyframe of this video source. */
  wantKeyframe(source: number): void;
}

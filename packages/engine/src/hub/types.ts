import type { CodecFormat } from "@sameroom/protocol";

export type MediaKind = "audio" | "video";

/** What a publisher sends of one kind: a microphone, or a picture in one or more layers. */
export interface HubTrack {
  /** Given by the app; a track that starts over under another id is another track. */
  id: number;
  kind: MediaKind;
  format: CodecFormat;
}

/** Somebody on air in a room, by one media session. */
export interface HubPublisher {
  session: string;
  /** Slots follow the participant, not the session: who returns takes the same slots. */
  participant: string;
  /** The program goes first. */
  host: boolean;
  tracks: HubTrack[];
}

/** A format a viewer negotiated for a slot. */
export interface SlotFormat extends CodecFormat {
  payloadType: number;
  rtxPayloadType: number | undefined;
  /** Payload type of RED around it (RFC 2198), for audio. */
  redPayloadType?: number | undefined;
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
  /** They do not hear themselves. */
  participant: string;
  /** Shown the guests alone, each in the slot of their seat (the first slot is seat 1), without themselves. */
  company?: boolean;
  /** A warmed-up viewer gets nothing until resumed. */
  paused: boolean;
  slots: HubSlot[];
}

/** What a slot shows. */
export interface SlotState {
  output: number;
  mid: string;
  kind: MediaKind;
  /** Participant assigned to the slot, or null. */
  participant: string | null;
  /** Track shown, or null: nobody there, paused, or a codec this viewer cannot decode. */
  track: number | null;
  reason: "shown" | "empty" | "paused" | "codec";
}

/** What the hub asks of the app; declared here, implemented there. */
export interface HubPort {
  /** The slot behind this output carries this track from now on, in this format. */
  show(output: number, track: number, format: SlotFormat): void;
  /** It carries nothing any more. */
  clear(output: number): void;
}

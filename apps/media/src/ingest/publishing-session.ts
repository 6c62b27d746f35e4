import type { GoneReason, Publisher, PublisherHealth, SessionProtocol } from "@sameroom/contract";
import type { RtpFact, SourceId } from "@sameroom/native";
import type { AccessUnit, AudioFormat } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { MediaSessionState } from "../node/media-session.ts";
import type { IncomingStream } from "./incoming-stream.ts";
import type { IncomingTrack } from "./incoming-track.ts";

/** What somebody sends, unit by unit, as they sent it. */
export interface OriginalUnits {
  /** Hears every unit from now on, in decoding order of each kind, until the returned function is called. */
  on(event: "unit", listener: (unit: AccessUnit) => void): () => void;
}

/** What is encoded anew of one kind of somebody's media, and what that costs. */
export interface OpenBridge {
  kind: "sound" | "picture";
  /** Of one core, milliseconds a second. */
  cpuMsPerSecond: number;
}

/** Somebody on air, however their media comes. */
export interface PublishingSession extends MediaSessionState {
  readonly kind: "publisher";
  readonly auth: Authenticated;
  readonly protocol: SessionProtocol;
  readonly isHost: boolean;
  closedFor: GoneReason | undefined;
  /** Whether control was told of it. */
  announced: boolean;
  /** Media has come. */
  readonly hasMedia: boolean;
  /** What goes to WebRTC viewers. */
  readonly streams: readonly IncomingStream[];
  /** Those that media came of. */
  readonly tracks: readonly IncomingTrack[];
  /** Format of the silence beside their picture while no sound has come yet; undefined: there will be none. */
  readonly expectedSound: AudioFormat | undefined;
  /** Where media comes as units; undefined: the streams are what they send. */
  readonly originals: OriginalUnits | undefined;
  /** What is encoded anew for WebRTC viewers now. */
  readonly bridges: readonly OpenBridge[];
  /** A packet of one of its streams. */
  handleRtp(fact: RtpFact): void;
  /** Does what is due. Every few milliseconds. */
  poll(nowMs: number): void;
  /** Brings what is known of the layers up to date. A few times a second. */
  refreshLayers(nowMs: number): void;
  /** Why it should be closed by now, or undefined. */
  overdue(nowMs: number): GoneReason | undefined;
  /** Rates since the last call, for control and the host. */
  takeHealth(nowMs: number, viewers: number): PublisherHealth;
  /** What control is told. */
  present(): Publisher;
  /** It is over, for {@link closedFor}: gives up all it holds. */
  release(): void;
}

/** What a publishing session tells its node; declared here, implemented there. */
export interface PublisherEvents {
  /** Media of this track came for the first time. */
  trackAdded(session: PublishingSession, track: IncomingTrack): void;
  trackRemoved(session: PublishingSession, track: IncomingTrack): void;
  /** Layers of the track came, went, stopped, began or have another size. */
  layersChanged(track: IncomingTrack): void;
  /** State, codecs, streams or number of layers changed. */
  changed(session: PublishingSession): void;
  /** Its timestamps mapped to the node's clock anew: `rtpTimestamp` was captured at `unixMicros`. */
  clock(
    session: PublishingSession,
    source: SourceId,
    map: { unixMicros: number; rtpTimestamp: number },
  ): void;
  /** How loud they are, RFC 6464: 0 loud to 127 silent. */
  audioLevel(session: PublishingSession, level: number): void;
}

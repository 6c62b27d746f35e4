/**
 * The SDK's contract. `createClient()` is the entrance; the web app uses nothing else to reach media and rooms.
 * Every object returned here is closed by its `close()`/`stop()`, which releases devices, sockets, timers, listeners.
 */
import type {
  Battle,
  BattleDesk,
  CommandInput,
  CommandName,
  CommandValue,
  EventPage,
  EventType,
  Finding,
  HostNotice,
  HostStatus,
  MintedToken,
  Presence,
  Problem,
  Publisher,
  PublisherHealth,
  Raid,
  RaidRoom,
  RaisedHand,
  RecordingView,
  RestreamStatus,
  RoomEvent,
  RoomRole,
  RoomSnapshot,
  RoomStateChange,
  RoomView,
  Stage,
  Standing,
  Veil,
} from "@sameroom/contract";

export interface ClientOptions {
  /** Origin of the control server; default: the page's own origin. */
  url?: string;
  /**
   * How to get a room token; default `POST {url}/api/rooms/:room/tokens` with the session cookie. Called for each
   * new session and for each reconnection that needs one; the SDK caches a token until 30 s before it expires.
   */
  getToken?: (room: string, wanted: { role?: RoomRole }) => Promise<MintedToken>;
}

/** A failure a person can understand. `code` is a contract ErrorCode or one of ClientErrorCode. */
export interface ClientFailure {
  code: string;
  message: string;
  /** true when the SDK goes on trying by itself. */
  retrying: boolean;
  problem?: Problem;
}
export type ClientErrorCode =
  | "device.permission_denied"
  | "device.not_found"
  | "device.in_use"
  | "device.insecure_context"
  | "device.failed"
  | "media.unsupported"
  | "media.connection_failed"
  | "client.closed"
  | "client.invalid_options"
  | "network.unreachable";

export interface SameroomClient {
  publish(room: string, options: PublishOptions): Publication;
  watch(room: string, options?: WatchOptions): Watch;
  room(room: string): RoomConnection;
  /** The guests on a room's stage. Open it while there are any: it costs a connection. Throws `media.unsupported`. */
  company(room: string): Company;
  /** What happened in a room: a piece of its log, also of a broadcast that is over. Rejects with a `ClientError`. */
  events(room: string, query?: EventQuery): Promise<EventPage>;
  /** Plays a recording. */
  replay(recordingId: string): Replay;
  /**
   * Gets the token and finishes the WebRTC handshake before anybody clicks; the next `watch(room)` within 30 s takes
   * it over. Cheap to call again. At most 2 are kept warm.
   */
  warmUp(room: string): void;
  readonly devices: Devices;
  close(): void;
}

export type Unsubscribe = () => void;
export interface Listenable<Events extends Record<string, unknown[]>> {
  on<K extends keyof Events>(event: K, listener: (...args: Events[K]) => void): Unsubscribe;
}

export interface PublishOptions {
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
  /** Upper bound for the top layer in bits per second; default 2_500_000. */
  maxVideoBitrate?: number;
  /** `guest`: onto the stage of somebody else's room, where the host has invited; default: whatever one may be. */
  as?: "guest";
  /** Send the picture in up to three sizes, so that each viewer gets the one their network takes; default true. */
  simulcast?: boolean;
  /** Video codec to offer first; default: H.264 where the browser can encode it, else VP8. */
  videoCodec?: "h264" | "vp8" | "vp9" | "av1";
}
/** How the show gets to the server: `recorder` over HTTP, a little later and in one size, where WebRTC does not get through. */
export type PublishPath = "webrtc" | "recorder";
export type PublicationState = "connecting" | "live" | "reconnecting" | "ended" | "failed";
export type PublicationEvents = {
  state: [PublicationState];
  failure: [ClientFailure];
  health: [PublicationHealth];
  /** WebRTC did not get through: the show goes over the other path from here. */
  path: [PublishPath];
};
export interface PublicationHealth {
  /** Sent bits per second. */
  bitrate: number;
  framesPerSecond: number;
  width: number;
  height: number;
  roundTripMs: number | null;
  /** 0..1 as the server reports it. */
  lossRatio: number | null;
  /** What holds quality back, from the browser: `none`, `cpu`, `bandwidth`, `other`. */
  limitedBy: string;
  verdict: "good" | "fair" | "poor";
  /** Layers of the picture, highest first; `sending` is false while nobody wants one or the upload is too small. */
  layers: {
    rid: string;
    width: number;
    height: number;
    framesPerSecond: number;
    bitrate: number;
    sending: boolean;
  }[];
}
export interface Publication extends Listenable<PublicationEvents> {
  readonly state: PublicationState;
  /** Starts with WebRTC where the browser has it; once it is the recorder it stays so for this publication. */
  readonly path: PublishPath;
  /** Swap camera, screen or microphone without renegotiation; null sends nothing of that kind. */
  replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void>;
  /** Leaves: DELETEs the session. Tracks belong to the caller and are not stopped. Idempotent. */
  stop(): Promise<void>;
}

export interface WatchOptions {
  /** Media sections to offer, 1 to 9 of each; default 1 video, 1 audio. `watch()` throws `client.invalid_options`. */
  slots?: { video: number; audio: number };
  /**
   * `auto` (default): WebRTC, and LL-HLS while WebRTC does not get through or the server asks for it; else that path
   * only. LL-HLS needs an element: {@link Watch.attach}.
   */
  path?: "auto" | WatchPath;
}

/** How the show gets here: `hls` over HTTP, a little later and with what was before. */
export type WatchPath = "webrtc" | "hls";
export type WatchState = "connecting" | "playing" | "waiting" | "reconnecting" | "failed" | "closed";
export type WatchEvents = {
  /** `waiting`: connected, but nothing on air. */
  state: [WatchState];
  failure: [ClientFailure];
  /** The program stream; the same object for the life of the watch, tracks change inside it. */
  stream: [MediaStream];
  stats: [WatchStats];
  /** Once per watch: ms from `watch()` to the first decoded frame. */
  firstFrame: [number];
  /** What can be chosen, what is shown, and why; on every change. */
  quality: [QualityState];
  /** Every slot, when one has another track or participant. */
  slots: [readonly WatchSlot[]];
  /** How loud each audio slot is by MID, 0 to 1, a few times a second; not on the hls path. */
  voices: [ReadonlyMap<string, number>];
  /** Another path is on screen. */
  path: [WatchPath];
  /** Once a second while a seekable past is known; null when it is not any more. */
  dvr: [DvrState | null];
};

/** Where in the show the picture is; capture times in ms since 1970 on the server's clock. */
export interface DvrState {
  /** The earliest that can be shown. */
  fromUnixMs: number;
  /** The newest. */
  liveUnixMs: number;
  /** On screen. */
  atUnixMs: number;
  isLive: boolean;
}

/** `auto`: the best that network and element take; `audio`: no picture; else a layer's id. */
export type QualityChoice = "auto" | "audio" | (string & {});
export interface QualityLayer {
  id: string;
  width: number;
  height: number;
  framesPerSecond: number;
  /** Bits per second. */
  bitrate: number;
  active: boolean;
}
export interface QualityState {
  choice: QualityChoice;
  /** Highest first; one entry when the host sends one layer only. */
  layers: QualityLayer[];
  /** Id of the layer on screen, or null. */
  layer: string | null;
  /** Id of the layer that comes next, or null when none is under way. */
  switchingTo: string | null;
  /** `bandwidth`: less than wanted, because the network takes no more. */
  reason: "shown" | "bandwidth" | "off" | "empty" | "paused" | "codec";
}

/** One word for the connection, for a person; `weak`: it plays, with a smaller picture or with losses. */
export type ConnectionQuality = "excellent" | "good" | "weak" | "lost";

/** Everything support people ask for. */
export interface WatchDetails {
  path: WatchPath;
  /** `udp`, `tcp`, or `relay` by TURN; null on the hls path. */
  transport: "udp" | "tcp" | "relay" | null;
  /** Of the selected pair, without the port: `192.0.2.1`. */
  serverAddress: string | null;
  videoCodec: string | null;
  audioCodec: string | null;
  quality: QualityState;
  stats: WatchStats | null;
  /** Bits per second, as the server estimates; null until known. */
  estimate: number | null;
  session: string | null;
}
export interface WatchStats {
  path: WatchPath;
  /** Capture to render in ms, from the host's capture time on the server's clock; null until known. */
  latencyMs: number | null;
  roundTripMs: number | null;
  bitrate: number;
  framesPerSecond: number;
  width: number;
  height: number;
  lossRatio: number;
  freezes: number;
  /** Time spent frozen since the start, ms. */
  frozenMs: number;
  jitterMs: number;
  /** Packets repaired by retransmission, and by audio redundancy or FEC, since the start. */
  repairedPackets: number;
  concealedRatio: number;
  connection: ConnectionQuality;
}

/** A further video slot (`WatchOptions.slots`), or audio slot. */
export interface WatchSlot {
  mid: string;
  kind: "audio" | "video";
  track: MediaStreamTrack;
  /** Who is in it, or null. */
  participant: string | null;
}
export interface Watch extends Listenable<WatchEvents> {
  readonly state: WatchState;
  readonly stream: MediaStream;
  /** The path on screen. */
  readonly path: WatchPath;
  /**
   * Plays in this element through every change of path, aloud where the browser allows it, else muted; the last picture
   * stays on screen while the path changes. One element at a time: another one takes the picture over. Ends with the
   * returned function, or with the watch.
   */
  attach(video: HTMLVideoElement): Unsubscribe;
  /** null where nothing before now can be shown. */
  readonly dvr: DvrState | null;
  /** Shows what was captured then, over the hls path; stays as far behind until {@link goLive}. */
  seekTo(captureUnixMs: number): void;
  /** Back to the newest picture. */
  goLive(): void;
  /** Capture time of the picture on screen in ms since 1970 on the server's clock, or null. */
  currentCaptureTime(): number | null;
  readonly quality: QualityState;
  /** Kept across reconnections. */
  setQuality(choice: QualityChoice): void;
  /**
   * Follows the size and visibility of the element that shows the picture, so that no more is sent than it can show.
   * Ends with the returned function, or with the watch. `mid`: of the slot shown there; default: the first video slot.
   */
  fit(element: HTMLElement, mid?: string): Unsubscribe;
  /** Every slot, in the order of the media sections; `stream` holds the first of each kind. */
  readonly slots: readonly WatchSlot[];
  details(): Promise<WatchDetails>;
  close(): void;
}

/** A guest's place on stage; who sits there the room's `stage` tells. */
export interface CompanySeat {
  /** As in `StageMember.seat`: 1 and up. */
  seat: number;
  video: MediaStreamTrack;
  audio: MediaStreamTrack;
  videoMid: string;
  audioMid: string;
}
export type CompanyEvents = {
  state: [WatchState];
  failure: [ClientFailure];
  /** Other tracks: after every reconnection. */
  seats: [readonly CompanySeat[]];
  speaking: [readonly number[]];
};
/** The guests on stage, without the host and without oneself. Slots stay as they are, whoever comes and goes. */
export interface Company extends Listenable<CompanyEvents> {
  readonly state: WatchState;
  /** Every seat, taken or not; empty until connected. */
  readonly seats: readonly CompanySeat[];
  /** Seats that are heard now, loudest first. */
  readonly speaking: readonly number[];
  /** Follows the element that shows the seat's picture: no more is sent than it can show. Ends with the function. */
  fit(element: HTMLElement, seat: number): Unsubscribe;
  close(): void;
}

export type ReplayState = "loading" | "ready" | "failed" | "closed";
export type ReplayEvents = {
  state: [ReplayState];
  failure: [ClientFailure];
  recording: [RecordingView];
  quality: [QualityState];
};

/** A picture out of a sprite sheet: this part of the image at `url`, in its pixels. */
export interface ReplayThumbnail {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A recording in an element, which has the controls: `currentTime`, `playbackRate`, `play()`, `pause()`. */
export interface Replay extends Listenable<ReplayEvents> {
  /** `ready`: the recording is known and playable. */
  readonly state: ReplayState;
  readonly recording: RecordingView | null;
  /** One element at a time, as {@link Watch.attach}. Does not start to play. */
  attach(video: HTMLVideoElement): Unsubscribe;
  readonly quality: QualityState;
  setQuality(choice: QualityChoice): void;
  /** What was on screen at `seconds` from the beginning; null where there are no sprites. */
  thumbnailAt(seconds: number): ReplayThumbnail | null;
  close(): void;
}

/** Which piece of a room's log; nothing said: the newest. */
export interface EventQuery {
  /** Those after this sequence number, oldest first to come. */
  after?: number;
  /** Those before this sequence number, the nearest. */
  before?: number;
  types?: readonly EventType[];
  /** Only those of one broadcast. */
  broadcast?: string;
  /** At most 500; default 100. */
  limit?: number;
}

/** What the log brings. */
export interface LogNews {
  /** In order; each comes once in the life of a connection, whatever happens to it. */
  events: readonly RoomEvent[];
  /** Messages nobody could have read at this rate, left out; history has them. */
  omitted: number;
  /** These begin the log anew: the first ones, or more happened meanwhile than a snapshot tells. Forget what is shown. */
  restarted: boolean;
}

/** A message of one's own that the log does not have yet. */
export interface PendingMessage {
  /** `clientId` of the event it becomes. */
  id: string;
  text: string;
  replyTo: number | null;
  sentUnixMs: number;
  /** `sending`: also while the connection is away; it is sent again by itself. */
  state: "sending" | "failed";
  /** With `failed`: why, for a person. */
  failure: ClientFailure | null;
}

export interface SendOptions {
  /** Sequence number of the message it answers. */
  replyTo?: number | null;
  /** `watch.currentCaptureTime()`: of the picture the sender sees. */
  captureUnixMs?: number | null;
}

export type ChatState = RoomSnapshot["chat"];

export type RoomConnectionState = "connecting" | "connected" | "reconnecting" | "closed" | "failed";
export type RoomConnectionEvents = {
  connection: [RoomConnectionState];
  failure: [ClientFailure];
  snapshot: [RoomSnapshot];
  state: [RoomStateChange];
  viewers: [number];
  updated: [RoomView];
  joined: [Presence];
  left: [Presence];
  notice: [HostNotice];
  status: [HostStatus];
  health: [PublisherHealth];
  /** To hosts: how the targets the show is sent on to are doing. */
  restream: [RestreamStatus[]];
  /** To hosts: who or what is on air, another device too; null: nothing. The first one is in the snapshot. */
  source: [Publisher | null];
  /** To hosts: all that is wrong with the stream on air. The first ones are in the snapshot. */
  findings: [Finding[]];
  /** The recording of this broadcast began, changed, or is ready to be replayed. */
  recording: [NonNullable<RoomView["recording"]>];
  /** The log goes on; the snapshot is up to date with it already. */
  events: [LogNews];
  /** Reactions of everybody in the last tenth of a second, by emoji; one's own among them. */
  reactions: [Record<string, number>];
  /** All of one's own messages that the log does not have yet, whenever they change. */
  pending: [readonly PendingMessage[]];
  /** The chat's mode, or what is pinned. */
  chat: [ChatState];
  /** What this person is to the room now. */
  standings: [readonly Standing[]];
  stage: [Stage];
  /** The battle the room is in, on every change; the last of it is `over`, and not in the snapshot any more. */
  battle: [Battle];
  /** To hosts: challenges, and what else leads to a battle. */
  battleDesk: [BattleDesk];
  /** To those who may invite: all hands that are up. */
  hands: [readonly RaisedHand[]];
  /** Come on stage? Null: the invitation was taken back. */
  invited: [{ name: string } | null];
  /** The viewers are about to be sent to another room; null: not any more. */
  raid: [Raid | null];
  /** They go now; the show here ends. */
  raidGoes: [RaidRoom];
  /** What lies over the show, as its pictures looked wrong; players cover the picture with `blur`, and silence it with `pause`. */
  veil: [Veil | null];
};
export interface RoomConnection extends Listenable<RoomConnectionEvents> {
  readonly connection: RoomConnectionState;
  readonly snapshot: RoomSnapshot | null;
  /** The server's time in ms since 1970, for what snapshots and changes are stamped with; null before the first snapshot. */
  serverUnixMs(): number | null;
  /** Rejects with a ClientFailure-shaped error when not allowed. */
  notify(notice: HostNotice): Promise<void>;
  end(): Promise<void>;
  /** Any command of the contract. Rejects with a `ClientError`: the problem, or `network.unreachable`. */
  command<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandValue<Name>>;
  /** One's own messages that are not in the log yet; show them after it. */
  readonly pending: readonly PendingMessage[];
  /** Says something: at once in {@link pending}, then in `events`, with the same id. Never throws. */
  send(text: string, options?: SendOptions): PendingMessage;
  /** Tries a failed message again. */
  resend(id: string): void;
  /** Forgets a failed message. */
  discard(id: string): void;
  /** Gathered and sent a few times a second; never fails, a lost reaction is no loss. */
  react(emoji: CommandInput<"reaction.send">["emoji"], captureUnixMs?: number | null): void;
  delete(message: number): Promise<void>;
  /** Null unpins. */
  pin(message: number | null): Promise<void>;
  setChatMode(mode: CommandInput<"chat.mode">): Promise<void>;
  /** {@link SameroomClient.events} of this room; `{ before }` for what was earlier. */
  history(query?: EventQuery): Promise<EventPage>;
  close(): void;
}

export interface DeviceChoice {
  id: string;
  label: string;
}
export interface DeviceList {
  cameras: DeviceChoice[];
  microphones: DeviceChoice[];
}
/** Throws `ClientError` with a ClientErrorCode and a message that says what to do. */
export interface Devices {
  list(): Promise<DeviceList>;
  /** Called when something is plugged in or pulled out. */
  onChange(listener: (list: DeviceList) => void): Unsubscribe;
  camera(options?: {
    deviceId?: string;
    facing?: "user" | "environment";
    height?: 360 | 480 | 720 | 1080;
  }): Promise<MediaStreamTrack>;
  microphone(options?: { deviceId?: string }): Promise<MediaStreamTrack>;
  screen(options?: { audio?: boolean }): Promise<{ video: MediaStreamTrack; audio: MediaStreamTrack | null }>;
  /** Level 0..1 about 20 times a second while listened to; stops and frees the audio graph on unsubscribe. */
  level(track: MediaStreamTrack, listener: (level: number) => void): Unsubscribe;
}

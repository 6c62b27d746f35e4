import { Emitter, type Log } from "@sameroom/base";
import type { Bridge, GoneReason, Publisher, PublisherHealth } from "@sameroom/contract";
import { PublisherLiveness } from "@sameroom/engine";
import type { RtpFact, Wire } from "@sameroom/native";
import { type AccessUnit, type AudioFormat, aacFormat, type UnitFormat } from "@sameroom/protocol";
import type { Authenticated } from "../../auth/authenticator.ts";
import type { MediaSessionState } from "../../node/media-session.ts";
import type { IncomingStream } from "../incoming-stream.ts";
import type { IncomingTrack } from "../incoming-track.ts";
import { publisherOf } from "../present-publisher.ts";
import type { OpenBridge, PublisherEvents, PublishingSession } from "../publishing-session.ts";
import { type BridgeMakers, createEncoderBridges } from "./encoder-bridges.ts";
import { LocalTracks } from "./local-tracks.ts";
import { PicturePath } from "./picture-path.ts";
import { SoundPath } from "./sound-path.ts";
import type { EncoderFeed, EncoderRequest, EncoderTransport, EncoderUnit } from "./types.ts";
import { type TimedUnit, UnitClock } from "./unit-clock.ts";
import { UnitMeter } from "./unit-meter.ts";

export interface EncoderSessionOptions extends MediaSessionState {
  auth: Authenticated;
  request: Pick<EncoderRequest, "protocol" | "onClosed">;
  wire: Wire;
  events: PublisherEvents;
  makers: BridgeMakers;
  /** WebRTC viewers of the room who are sent something. */
  viewers: () => number;
  /** The connection is over. */
  onLeft(session: EncoderSession, reason: GoneReason): void;
  nowMs: () => number;
  unixMs: () => number;
  log: Log;
}

/** Of encoders that do not say it before their sound comes: AAC-LC, 48 kHz, stereo. */
const USUAL_SOUND = aacFormat(Uint8Array.of(0x11, 0x90));
/** Silence after which an encoder counts as stalled, as with a browser, ms. */
const STALL_MS = 1500;
/** Silence after which nothing will come any more, whatever its protocol thinks of the connection, ms. */
const LOST_MS = 60_000;
/** Larger units are no pictures, bytes. */
const MOST_UNIT_BYTES = 8 * 1024 * 1024;
/** Names of foreign codecs that are told; what the link takes. */
const MOST_UNSUPPORTED = 20;

/** Somebody on air by RTMP, SRT or from a recorder: their units go to the room's program as they are, and to WebRTC viewers. */
export class EncoderSession implements PublishingSession, EncoderFeed {
  readonly kind = "publisher";
  readonly id: string;
  readonly room: string;
  readonly sinceUnixMs: number;
  readonly sinceMs: number;
  readonly auth: Authenticated;
  readonly originals: Emitter<{ unit: [AccessUnit] }>;
  readonly #options: EncoderSessionOptions;
  readonly #tracks: LocalTracks;
  readonly #clock: UnitClock;
  readonly #liveness = new PublisherLiveness({ stallMs: STALL_MS });
  readonly #meter: UnitMeter;
  readonly #bridges: ReturnType<typeof createEncoderBridges>;
  readonly #picture: PicturePath;
  readonly #sound: SoundPath;
  #video: UnitFormat | undefined;
  #audio: UnitFormat | undefined;
  #expectedSound: AudioFormat | undefined;
  #heardAtMs: number;
  #transport: EncoderTransport = {};
  /** WebRTC viewers are there. */
  #isWatched = false;
  closedFor: GoneReason | undefined;
  announced = false;
  /** The far end closes by itself: it needs no word of it. */
  #leaves = false;

  constructor(options: EncoderSessionOptions) {
    this.#options = options;
    const { nowMs, unixMs, wire, events, makers, log } = options;
    this.id = options.id;
    this.room = options.room;
    this.sinceUnixMs = options.sinceUnixMs;
    this.sinceMs = options.sinceMs;
    this.auth = options.auth;
    this.#heardAtMs = options.sinceMs;
    this.originals = new Emitter(({ message }) =>
      log.error("a listener of units failed", { error: message }),
    );
    this.#meter = new UnitMeter(nowMs());
    this.#clock = new UnitClock({ nowMs, unixMs, onTimed: (timed) => this.#deliver(timed) });
    this.#tracks = new LocalTracks({
      ...{ wire, nowMs },
      onOpened: () => events.changed(this),
      onAdded: (track) => events.trackAdded(this, track),
      onRemoved: (track) => events.trackRemoved(this, track),
      onLayersChanged: (track) => events.layersChanged(track),
    });
    const isWanted = () => this.#isWatched;
    const toUnixMicros = (mediaMicros: number) => this.#clock.toUnixMicros(mediaMicros);
    this.#bridges = createEncoderBridges({
      ...{ tracks: this.#tracks, makers, isWanted, toUnixMicros, nowMs, log },
    });
    this.#picture = new PicturePath(this.#tracks, this.#bridges.picture);
    this.#sound = new SoundPath(this.#tracks, this.#bridges.sound);
  }

  get session(): string {
    return this.id;
  }

  get protocol(): EncoderRequest["protocol"] {
    return this.#options.request.protocol;
  }

  get isHost(): boolean {
    return this.auth.identity.role === "host";
  }

  get expectedSound(): AudioFormat {
    return this.#expectedSound ?? USUAL_SOUND;
  }

  get hasMedia(): boolean {
    return this.#video !== undefined || this.#audio !== undefined;
  }

  get streams(): readonly IncomingStream[] {
    return this.#tracks.streams;
  }

  get tracks(): readonly IncomingTrack[] {
    return this.#tracks.tracks;
  }

  get bridges(): readonly OpenBridge[] {
    return (["sound", "picture"] as const).flatMap((kind) => {
      const { isOpen, cpuMsPerSecond } = this.#bridges[kind];
      return isOpen ? { kind, cpuMsPerSecond } : [];
    });
  }

  expectSound(format: AudioFormat | undefined): void {
    this.#expectedSound = format;
  }

  push(unit: EncoderUnit): void {
    if (this.closedFor !== undefined) return;
    const { byteLength } = unit.data;
    if (byteLength === 0 || byteLength > MOST_UNIT_BYTES) return;
    this.#heardAtMs = this.#options.nowMs();
    this.#liveness.media(this.#heardAtMs);
    this.#meter.count(unit.format.kind, byteLength);
    this.#clock.take(unit);
  }

  transport(report: EncoderTransport): void {
    this.#transport = report;
  }

  close(reason: "left" | "connection-lost"): void {
    if (this.closedFor !== undefined) return;
    this.#leaves = true;
    this.#options.onLeft(this, reason);
  }

  handleRtp(fact: RtpFact): void {
    this.#tracks.handleRtp(fact);
  }

  poll(nowMs: number): void {
    this.#clock.poll(nowMs);
    this.#bridges.picture.poll(nowMs);
    this.#bridges.sound.poll(nowMs);
    if (this.#liveness.poll(nowMs) !== undefined) this.#options.events.changed(this);
  }

  refreshLayers(nowMs: number): void {
    this.#isWatched = this.#options.viewers() > 0;
    this.#tracks.refresh(nowMs);
  }

  overdue(nowMs: number): GoneReason | undefined {
    if (nowMs - this.#heardAtMs < LOST_MS) return undefined;
    return this.hasMedia ? "connection-lost" : "never-connected";
  }

  takeHealth(nowMs: number, viewers: number): PublisherHealth {
    const { lossRatio = 0, roundTripMs = null, repairedRatio, unsupported = [] } = this.#transport;
    const { video, bitrate, framesPerSecond } = this.#meter.take(nowMs);
    const { width, height } = this.#video?.kind === "video" ? this.#video : { width: 0, height: 0 };
    return {
      ...{ session: this.id, room: this.room, bitrate, framesPerSecond, lossRatio, roundTripMs, viewers },
      layers: width === 0 ? [] : [{ rid: "single", width, height, bitrate: video, wanted: true }],
      bridge: this.#presentBridge(),
      ...(repairedRatio === undefined ? {} : { repairedRatio }),
      ...(unsupported.length === 0 ? {} : { unsupported: unsupported.slice(0, MOST_UNSUPPORTED) }),
    };
  }

  present(): Publisher {
    return {
      ...publisherOf(this, this.#liveness.state),
      video: this.#video === undefined ? null : { codec: this.#video.codec, layers: 1 },
      audio: this.#audio === undefined ? null : { codec: this.#audio.codec },
    };
  }

  release(): void {
    this.#bridges.picture.close();
    this.#bridges.sound.close();
    this.#tracks.close();
    this.originals.clear();
    if (this.#leaves || this.closedFor === undefined) return;
    try {
      this.#options.request.onClosed(this.closedFor);
    } catch (error) {
      this.#options.log.error("a connection is not closed", { error: (error as Error).message });
    }
  }

  #deliver({ unit, mediaMicros }: TimedUnit): void {
    if (this.closedFor !== undefined) return;
    const isVideo = unit.format.kind === "video";
    // Nothing can be done with pictures before the first keyframe.
    if (isVideo && this.#video === undefined && !unit.keyframe) return;
    this.#note(unit.format);
    this.originals.emit("unit", unit);
    if (isVideo) this.#picture.take(unit, mediaMicros);
    else this.#sound.take(unit, mediaMicros);
  }

  #note(format: UnitFormat): void {
    const before = format.kind === "video" ? this.#video : this.#audio;
    if (before === format) return;
    if (format.kind === "video") this.#video = format;
    else this.#audio = format;
    if (before?.codec !== format.codec) this.#options.events.changed(this);
  }

  #presentBridge(): Bridge {
    const { madeOf } = this.#sound;
    const { reason } = this.#picture;
    return {
      audio: madeOf === undefined ? null : { from: madeOf },
      video: reason === undefined ? null : { from: this.#video?.codec ?? "", why: reason },
      cpuMsPerSecond: this.#bridges.sound.cpuMsPerSecond + this.#bridges.picture.cpuMsPerSecond,
    };
  }
}

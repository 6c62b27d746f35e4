import { Emitter } from "@sameroom/base";
import type { Environment } from "../environment.ts";
import { PATHS } from "../http/addresses.ts";
import { followSessionEvents } from "../http/session-events.ts";
import type { Tokens } from "../http/tokens.ts";
import { PathSilence } from "../transport/path-silence.ts";
import { type LinkState, PeerLink } from "../transport/peer-link.ts";
import type { Publication, PublicationEvents, PublicationState, PublishOptions } from "../types.ts";
import { answerPreferring } from "./codec-preference.ts";
import { type HealthReading, readPublicationHealth } from "./publication-health.ts";
import { Sending } from "./sending.ts";

const LOOK_MS = 400;
const HEALTH_INTERVAL_MS = 1000;
/** While media is sent, transport-wide feedback comes many times, and receiver reports once a second. */
const BUSY_SILENCE_MS = 1000;
const IDLE_SILENCE_MS = 11_000;
const MAX_VIDEO_BITRATE = 2_500_000;
const AFTER_GOODBYE_MS = 1500;

const STATES: Record<LinkState, PublicationState> = {
  connecting: "connecting",
  connected: "live",
  recovering: "reconnecting",
  waiting: "reconnecting",
  failed: "failed",
  closed: "ended",
};

/** Somebody going live over WHIP, through every reconnection. */
export class WhipPublication extends Emitter<PublicationEvents> implements Publication {
  readonly path = "webrtc";
  readonly #environment: Environment;
  readonly #link: PeerLink;
  readonly #tracks: { video: MediaStreamTrack | null; audio: MediaStreamTrack | null };
  readonly #silence: PathSilence;
  readonly #stopTimer: () => void;
  /** Of the connection on air, and of one that is about to take its place. */
  readonly #sendings = new Map<RTCPeerConnection, Sending>();
  readonly #options: PublishOptions;
  #unfollow: () => void = () => {};
  #state: PublicationState = "connecting";
  #wasLive = false;
  #reading: HealthReading | undefined;
  #told: HealthReading | undefined;

  constructor(environment: Environment, tokens: Tokens, room: string, options: PublishOptions) {
    super();
    this.#environment = environment;
    this.#options = options;
    this.#tracks = { video: options.video, audio: options.audio };
    const silence = { busyMs: BUSY_SILENCE_MS, idleMs: IDLE_SILENCE_MS };
    this.#silence = new PathSilence(silence, environment.nowMs());
    const { videoCodec } = options;
    this.#link = new PeerLink({
      environment,
      path: () => PATHS.whip(room),
      token: () => tokens.get(room),
      forgetToken: () => tokens.forget(room),
      prepare: (peer) => this.#prepare(peer),
      ...(videoCodec === undefined
        ? {}
        : { shapeAnswer: (answer: string) => answerPreferring(answer, videoCodec) }),
      removeAbandoned: false,
      asksAfterGoodbye: true,
      afterGoodbyeMs: AFTER_GOODBYE_MS,
    });
    this.#link.on("state", (state) => this.#follow(state));
    this.#link.on("failure", (failure) => this.emit("failure", failure));
    this.#stopTimer = environment.every(LOOK_MS, () => void this.#look());
    this.#link.open();
  }

  get state(): PublicationState {
    return this.#state;
  }

  async replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    await Promise.all([...this.#sendings.values()].map((sending) => sending.replaceTrack(kind, track)));
  }

  async stop(): Promise<void> {
    this.#release();
    await this.#link.close(true);
    this.clear();
  }

  /** Another path takes the show over: the server is told nothing, since a DELETE would end it. */
  abandon(): void {
    this.#release();
    void this.#link.close(false);
    this.clear();
  }

  #prepare(peer: RTCPeerConnection): void {
    const { simulcast = true, maxVideoBitrate = MAX_VIDEO_BITRATE, videoCodec } = this.#options;
    const environment = this.#environment;
    const options = { environment, tracks: this.#tracks, simulcast, maxVideoBitrate, videoCodec };
    this.#sendings.set(peer, new Sending(peer, options));
    // The one before the last has been closed by now.
    for (const old of this.#sendings.keys()) if (this.#sendings.size > 2) this.#sendings.delete(old);
  }

  #follow(state: LinkState): void {
    if (state === "connected") {
      this.#wasLive = true;
      this.#reading = undefined;
      this.#told = undefined;
      this.#silence.reset(this.#environment.nowMs());
      this.#followWishes();
    } else if (state === "failed") this.#release();
    const next = state === "connecting" && this.#wasLive ? "reconnecting" : STATES[state];
    if (next === this.#state) return;
    this.#state = next;
    this.emit("state", next);
  }

  /** Again after each recovery: a stream over the path that was lost may never end by itself. */
  #followWishes(): void {
    this.#unfollow();
    const { peer, resource } = this.#link;
    if (peer === undefined || resource === undefined) return;
    this.#unfollow = followSessionEvents(this.#environment, resource, (event) =>
      this.#sendings.get(peer)?.setWanted(event),
    );
  }

  #release(): void {
    this.#unfollow();
    this.#stopTimer();
    this.#sendings.clear();
  }

  async #look(): Promise<void> {
    const { peer, state } = this.#link;
    if (peer === undefined || state !== "connected") return;
    const stats = await peer.getStats().catch(() => undefined);
    if (stats === undefined || peer !== this.#link.peer || this.#link.state !== "connected") return;
    const nowMs = this.#environment.nowMs();
    const sending = this.#sendings.get(peer);
    const reading = readPublicationHealth(stats, this.#told, nowMs, sending?.layers);
    sending?.setSourceLines(reading.sourceLines);
    const sends = reading.bytesSent > (this.#reading?.bytesSent ?? reading.bytesSent);
    this.#reading = reading;
    if (this.#told === undefined || nowMs - this.#told.atMs >= HEALTH_INTERVAL_MS) {
      if (this.#told !== undefined) this.emit("health", reading.health);
      this.#told = reading;
    }
    if (this.#silence.take(reading.received, sends, nowMs)) this.#link.suspect();
  }
}

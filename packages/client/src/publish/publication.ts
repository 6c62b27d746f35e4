import { Emitter } from "@sameroom/base";
import { MEDIA_PATHS } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import type { Tokens } from "../http/tokens.ts";
import { type LinkState, PeerLink } from "../transport/peer-link.ts";
import type { Publication, PublicationEvents, PublicationState, PublishOptions } from "../types.ts";
import { type HealthReading, readPublicationHealth } from "./publication-health.ts";
import { addSending, type Sending } from "./sending.ts";

const HEALTH_INTERVAL_MS = 1000;
/** Receiver reports come every second; without them for this long nothing gets through. */
const SILENCE_MS = 3500;
const MAX_VIDEO_BITRATE = 2_500_000;

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
  readonly #environment: Environment;
  readonly #link: PeerLink;
  readonly #tracks: { video: MediaStreamTrack | null; audio: MediaStreamTrack | null };
  readonly #stopTimer: () => void;
  #sending: Sending | undefined;
  #state: PublicationState = "connecting";
  #wasLive = false;
  #reading: HealthReading | undefined;
  #heardAtMs: number;

  constructor(environment: Environment, tokens: Tokens, room: string, options: PublishOptions) {
    super();
    this.#environment = environment;
    this.#tracks = { video: options.video, audio: options.audio };
    this.#heardAtMs = environment.nowMs();
    this.#link = new PeerLink({
      environment,
      path: () => MEDIA_PATHS.whip(room),
      token: () => tokens.get(room),
      forgetToken: () => tokens.forget(room),
      prepare: (peer) => {
        const maxVideoBitrate = options.maxVideoBitrate ?? MAX_VIDEO_BITRATE;
        this.#sending = addSending(peer, this.#tracks, { maxVideoBitrate });
      },
      removeAbandoned: false,
    });
    this.#link.on("state", (state) => this.#follow(state));
    this.#link.on("failure", (failure) => this.emit("failure", failure));
    this.#link.on("peer", () => {
      this.#reading = undefined;
    });
    this.#stopTimer = environment.every(HEALTH_INTERVAL_MS, () => void this.#measure());
    this.#link.open();
  }

  get state(): PublicationState {
    return this.#state;
  }

  async replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[kind] = track;
    await this.#sending?.[kind].replaceTrack(track);
  }

  async stop(): Promise<void> {
    this.#stopTimer();
    await this.#link.close(true);
    this.clear();
  }

  #follow(state: LinkState): void {
    if (state === "connected") {
      this.#wasLive = true;
      this.#heardAtMs = this.#environment.nowMs();
    }
    const next = state === "connecting" && this.#wasLive ? "reconnecting" : STATES[state];
    if (next === this.#state) return;
    this.#state = next;
    this.emit("state", next);
  }

  async #measure(): Promise<void> {
    const { peer, state } = this.#link;
    if (peer === undefined || state !== "connected") return;
    const stats = await peer.getStats().catch(() => undefined);
    if (stats === undefined || peer !== this.#link.peer) return;
    const nowMs = this.#environment.nowMs();
    const reading = readPublicationHealth(stats, this.#reading, nowMs);
    const reported = reading.reportedAt !== this.#reading?.reportedAt;
    const sends = reading.bytesSent > (this.#reading?.bytesSent ?? 0);
    this.#reading = reading;
    if (reported || !sends) this.#heardAtMs = nowMs;
    else if (nowMs - this.#heardAtMs > SILENCE_MS) {
      this.#heardAtMs = nowMs;
      this.#link.suspect();
    }
    this.emit("health", reading.health);
  }
}

import { Emitter } from "@sameroom/base";
import { MEDIA_PATHS } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { toClientError } from "../errors.ts";
import type { Tokens } from "../http/tokens.ts";
import { type LinkState, PeerLink } from "../transport/peer-link.ts";
import type { Watch, WatchEvents, WatchOptions, WatchState } from "../types.ts";
import { addReceiving } from "./receiving.ts";
import { ServerClock } from "./server-clock.ts";
import { readWatchStats, type WatchReading } from "./watch-stats.ts";

const STATS_INTERVAL_MS = 1000;
/** Until the first frame, looked at this often, so that it is seen at once. */
const FIRST_FRAME_INTERVAL_MS = 50;
/** Sender reports come every second even when the host sends nothing: longer silence means a dead path. */
const SILENCE_MS = 2200;
/** Nothing decoded for this long: `waiting`. */
const NO_FRAMES_MS = 1800;

export interface WhepWatchOptions extends WatchOptions {
  /** Connect without media; `resume` starts it. */
  paused: boolean;
}

/** Somebody watching over WHEP, through every reconnection, in one `MediaStream`. */
export class WhepWatch extends Emitter<WatchEvents> implements Watch {
  readonly stream: MediaStream;
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #room: string;
  readonly #link: PeerLink;
  readonly #stops: (() => void)[] = [];
  #clock: ServerClock | undefined;
  #state: WatchState = "connecting";
  #paused: boolean;
  /** Whether the current session on the server was opened paused. */
  #sessionPaused = false;
  #startedMs: number;
  #wasConnected = false;
  #reading: WatchReading | undefined;
  #heardAtMs = 0;
  #decodedAtMs = 0;
  #firstFrameSeen = false;
  #measuring = false;

  constructor(environment: Environment, tokens: Tokens, room: string, options: WhepWatchOptions) {
    super();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#room = room;
    this.#paused = options.paused;
    this.#startedMs = environment.nowMs();
    this.stream = environment.createStream();
    const slots = options.slots ?? { video: 1, audio: 1 };
    this.#link = new PeerLink({
      environment,
      path: () => {
        this.#sessionPaused = this.#paused;
        return `${MEDIA_PATHS.whep(room)}${this.#paused ? "?paused=1" : ""}`;
      },
      token: () => this.#token(),
      forgetToken: () => tokens.forget(room),
      prepare: (peer) => addReceiving(peer, slots, (track) => this.#addTrack(peer, track)),
      removeAbandoned: true,
    });
    this.#link.on("state", (state) => this.#follow(state));
    this.#link.on("failure", (failure) => this.emit("failure", failure));
    this.#link.on("peer", () => this.#clearTracks());
    this.#stops.push(
      environment.every(STATS_INTERVAL_MS, () => void this.#measure()),
      environment.onPageHide(() => void this.#link.resource?.remove()),
    );
    const stopFast = environment.every(FIRST_FRAME_INTERVAL_MS, () => {
      if (this.#firstFrameSeen) stopFast();
      else if (!this.#paused) void this.#measure();
    });
    this.#stops.push(stopFast);
    this.#link.open();
  }

  get state(): WatchState {
    return this.#state;
  }

  /** true while this is only warmed up. */
  get paused(): boolean {
    return this.#paused;
  }

  /** A warmed-up watch becomes a real one. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#startedMs = this.#environment.nowMs();
    this.#decodedAtMs = this.#startedMs;
    if (this.#link.state === "connected") void this.#resumeSession();
  }

  currentCaptureTime(): number | null {
    const reading = this.#reading;
    if (reading === undefined || reading.captureUnixMs === null || this.#state !== "playing") return null;
    return reading.captureUnixMs + (this.#environment.nowMs() - reading.atMs);
  }

  close(): void {
    if (this.#state === "closed") return;
    for (const stop of this.#stops) stop();
    this.#clock?.close();
    this.#clearTracks();
    this.#setState("closed");
    void this.#link.close(true);
    this.clear();
  }

  async #token() {
    const token = await this.#tokens.get(this.#room);
    if (this.#state !== "closed") this.#clock ??= new ServerClock(this.#environment, token.mediaUrl);
    return token;
  }

  #addTrack(peer: RTCPeerConnection, track: MediaStreamTrack): void {
    // Tracks of a connection that is not adopted yet are taken when it is.
    if (this.#link.peer !== undefined && this.#link.peer !== peer) return;
    this.stream.addTrack(track);
    this.emit("stream", this.stream);
  }

  #clearTracks(): void {
    for (const track of this.stream.getTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
    this.#reading = undefined;
  }

  #follow(state: LinkState): void {
    const nowMs = this.#environment.nowMs();
    if (state === "connected") {
      this.#wasConnected = true;
      this.#heardAtMs = nowMs;
      if (this.#sessionPaused && !this.#paused) void this.#resumeSession();
    } else if (state === "failed") this.#setState("failed");
    else if (
      state === "recovering" ||
      state === "waiting" ||
      (state === "connecting" && this.#wasConnected)
    ) {
      this.#setState("reconnecting");
    }
  }

  async #resumeSession(): Promise<void> {
    if (!this.#sessionPaused) return;
    this.#sessionPaused = false;
    try {
      await this.#link.resource?.setPaused(false);
    } catch (thrown) {
      // The warm session is gone: suspecting the link finds out and opens another.
      if (toClientError(thrown).problem !== undefined) this.#link.suspect();
    }
  }

  async #measure(): Promise<void> {
    const { peer, state } = this.#link;
    if (peer === undefined || state !== "connected" || this.#measuring || this.#paused) return;
    this.#measuring = true;
    const report = await peer.getStats().catch(() => undefined);
    this.#measuring = false;
    if (report === undefined || peer !== this.#link.peer || this.#state === "closed") return;
    const now = { ms: this.#environment.nowMs(), serverUnixMs: this.#clock?.nowUnixMs() ?? null };
    const before = this.#reading;
    const reading = readWatchStats(report, before, now);
    this.#watchPath(reading, before, now.ms);
    this.#watchFrames(reading, before, now.ms);
    // Rates need a whole interval; the fast readings before the first frame are not told.
    if (before !== undefined && now.ms - before.atMs < STATS_INTERVAL_MS / 2 && !this.#firstFrameSeen) return;
    this.#reading = reading;
    this.emit("stats", reading.stats);
  }

  #watchPath(reading: WatchReading, before: WatchReading | undefined, nowMs: number): void {
    if (before === undefined || reading.transportReceived !== before.transportReceived)
      this.#heardAtMs = nowMs;
    else if (this.#state === "playing" && nowMs - this.#heardAtMs > SILENCE_MS) {
      this.#heardAtMs = nowMs;
      this.#link.suspect();
    }
  }

  #watchFrames(reading: WatchReading, before: WatchReading | undefined, nowMs: number): void {
    if (reading.framesDecoded > (before?.framesDecoded ?? 0)) {
      this.#decodedAtMs = nowMs;
      if (!this.#firstFrameSeen) {
        this.#firstFrameSeen = true;
        this.emit("firstFrame", nowMs - this.#startedMs);
      }
      if (this.#link.state === "connected") this.#setState("playing");
    } else if (this.#isAudioOnly(reading, before)) {
      if (this.#link.state === "connected") this.#setState("playing");
    } else if (this.#link.state === "connected" && nowMs - this.#decodedAtMs > NO_FRAMES_MS)
      this.#setState("waiting");
  }

  /** A broadcast without a picture plays as soon as sound comes. */
  #isAudioOnly(reading: WatchReading, before: WatchReading | undefined): boolean {
    const heard = before !== undefined && reading.mediaBytes > before.mediaBytes;
    return heard && reading.framesDecoded === 0 && this.#environment.nowMs() - this.#startedMs > NO_FRAMES_MS;
  }

  #setState(state: WatchState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("state", state);
  }
}

import { Emitter } from "@sameroom/base";
import type { MintedToken } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import type { Tokens } from "../http/tokens.ts";
import type { Screen } from "../screen/screen.ts";
import type {
  ClientFailure,
  DvrState,
  QualityChoice,
  QualityState,
  Watch,
  WatchDetails,
  WatchEvents,
  WatchOptions,
  WatchPath,
  WatchSlot,
  WatchState,
} from "../types.ts";
import { Comeback } from "./comeback.ts";
import { Failover, type HlsReason } from "./failover.ts";
import { HlsWatch } from "./hls-watch.ts";
import { PastWindow } from "./past-window.ts";
import { qualityOf } from "./quality.ts";
import { ServerClock } from "./server-clock.ts";
import { WhepWatch, type WhepWatchOwner } from "./watch.ts";

/** WebRTC connects within a few hundred ms; who waits this long for a picture gets one over HTTP meanwhile. */
const SLOW_START_MS = 4000;
/** A lost path is restored within a second or two, or not at all. */
const SLOW_RETURN_MS = 6000;
/** Less than this before now is no past worth a bar. */
const SHORT_PAST_MS = 10_000;

export interface RoomWatchOptions extends WatchOptions {
  /** A watch that was connected before, on WebRTC. */
  warmed: WhepWatch | undefined;
  /** The viewer is in the room over Socket.IO as well, and counted there. */
  isInRoom: () => boolean;
}

/**
 * Somebody watching a room, over whichever path works: WebRTC as long as it does, LL-HLS meanwhile. The picture changes
 * from one to the other under a still of itself.
 */
export class RoomWatch extends Emitter<WatchEvents> implements Watch {
  readonly stream: MediaStream;
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #room: string;
  readonly #options: RoomWatchOptions;
  readonly #failover: Failover;
  readonly #comeback: Comeback;
  readonly #startedMs: number;
  readonly #fits = new Map<symbol, { element: HTMLElement; mid: string | undefined; unfit: () => void }>();
  #state: WatchState = "connecting";
  #path: WatchPath;
  /** The path on screen, or while another is on screen, one that is tried. */
  #whep: WhepWatch | undefined;
  #hls: HlsWatch | undefined;
  #screen: Screen | undefined;
  /** Why the path is `hls`; undefined on WebRTC. */
  #reason: HlsReason | undefined;
  /** It would be, if there were an element. */
  #pending: HlsReason | undefined;
  /** What applies again once the viewer is back from the past. */
  #reasonBefore: HlsReason | undefined;
  /** Address of the show over HTTP; undefined until a token told, null when there is none. */
  #playlist: string | null | undefined;
  #mediaUrl = "";
  #choice: QualityChoice = "auto";
  #clock: ServerClock | undefined;
  #past: PastWindow | undefined;
  #dvr: DvrState | null = null;
  #firstFrameSeen = false;
  /** The last attempt did not get as far as the server. */
  #unreachable = false;
  #cancelSlow: () => void = () => {};

  constructor(environment: Environment, tokens: Tokens, room: string, options: RoomWatchOptions) {
    super();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#room = room;
    this.#options = options;
    this.#startedMs = environment.nowMs();
    this.#failover = new Failover(() => environment.random());
    this.#comeback = new Comeback(environment, this.#failover, {
      isTrying: () => this.#whep !== undefined,
      // Who looks at the past, or has stopped the picture, is not taken to now.
      isWelcome: () => this.#hls?.dvr?.isLive !== false && this.#screen?.paused !== true,
      begin: () => this.#tryWebRtc(),
      giveUp: () => this.#dropWhep(),
      arrive: () => this.#enterWebRtc(),
    });
    if (options.path === "hls") this.#reason = "chosen";
    else if (!environment.hasWebRtc) this.#reason = "unsupported";
    this.#path = this.#reason === undefined ? "webrtc" : "hls";
    this.stream = options.warmed?.stream ?? environment.createStream();
    if (this.#reason !== undefined) return;
    this.#openWhep(options.warmed);
    this.#expectMedia(SLOW_START_MS);
  }

  get state(): WatchState {
    return this.#state;
  }

  get path(): WatchPath {
    return this.#path;
  }

  get quality(): QualityState {
    const path = this.#path === "hls" ? this.#hls : this.#whep;
    return path?.quality ?? qualityOf(this.#choice, undefined);
  }

  get slots(): readonly WatchSlot[] {
    return this.#whep?.slots ?? [];
  }

  get dvr(): DvrState | null {
    return this.#dvr;
  }

  attach(video: HTMLVideoElement): () => void {
    if (this.#isOver()) return () => {};
    this.#detach();
    const screen = this.#environment.createScreen(video, { autoplay: true });
    this.#screen = screen;
    if (this.#reason !== undefined) this.#openHls(undefined);
    else if (this.#pending === undefined || !this.#enterHls(this.#pending)) screen.show(this.stream);
    return () => {
      if (this.#screen === screen) this.#detach();
    };
  }

  setQuality(choice: QualityChoice): void {
    if (this.#isOver()) return;
    this.#choice = choice;
    this.#whep?.setQuality(choice);
    this.#hls?.setQuality(choice);
  }

  fit(element: HTMLElement, mid?: string): () => void {
    if (this.#isOver()) return () => {};
    const key = Symbol();
    this.#fits.set(key, { element, mid, unfit: this.#whep?.fit(element, mid) ?? (() => {}) });
    return () => {
      this.#fits.get(key)?.unfit();
      this.#fits.delete(key);
    };
  }

  seekTo(captureUnixMs: number): void {
    if (this.#isOver() || this.#options.path === "webrtc") return;
    if (this.#path === "webrtc") {
      this.#reasonBefore = undefined;
      this.#enterHls("past", captureUnixMs);
      return;
    }
    if (this.#reason !== "past") this.#reasonBefore = this.#reason;
    this.#reason = "past";
    this.#comeback.stop();
    this.#dropWhep();
    this.#hls?.seekTo(captureUnixMs);
  }

  goLive(): void {
    if (this.#path === "webrtc" || this.#isOver()) return;
    this.#hls?.goLive();
    if (this.#reason !== "past") return;
    this.#reason = this.#reasonBefore ?? "blocked";
    if (this.#reasonBefore === undefined) this.#comeback.now(true);
    else this.#comeback.later(this.#reason);
  }

  async details(): Promise<WatchDetails> {
    if (this.#path === "hls" && this.#hls !== undefined) return this.#hls.details();
    if (this.#whep !== undefined && this.#path === "webrtc") return this.#whep.details();
    return {
      path: this.#path,
      transport: null,
      serverAddress: null,
      videoCodec: null,
      audioCodec: null,
      quality: this.quality,
      stats: null,
      estimate: null,
      session: null,
    };
  }

  currentCaptureTime(): number | null {
    return (this.#path === "hls" ? this.#hls?.captureUnixMs() : this.#whep?.currentCaptureTime()) ?? null;
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#release("closed");
    this.clear();
  }

  #openWhep(warmed?: WhepWatch): void {
    const owner: WhepWatchOwner = {
      admit: (token) => this.#admit(token),
      isObserved: () => this.listenerCount("quality") + this.listenerCount("slots") > 0,
    };
    const whep =
      warmed ??
      new WhepWatch(this.#environment, this.#tokens, this.#room, {
        ...(this.#options.slots === undefined ? {} : { slots: this.#options.slots }),
        paused: false,
        stream: this.stream,
        owner,
      });
    if (warmed !== undefined) {
      warmed.owner = owner;
      this.#learn(this.#tokens.known(this.#room));
    }
    this.#whep = whep;
    if (this.#choice !== "auto") whep.setQuality(this.#choice);
    for (const fit of this.#fits.values()) fit.unfit = whep.fit(fit.element, fit.mid);
    whep.on("state", (state) => {
      // Let go of already: its end is no news.
      if (whep === this.#whep) this.#followWhep(state);
    });
    whep.on("failure", (failure) => this.#takeFailure(failure));
    whep.on("stream", (stream) => this.emit("stream", stream));
    whep.on("slots", (slots) => this.emit("slots", slots));
    whep.on("voices", (levels) => this.emit("voices", levels));
    whep.on("firstFrame", () => {
      if (this.#path === "webrtc") this.#sawFrame();
    });
    whep.on("stats", (stats) => {
      if (this.#path !== "webrtc") return;
      this.emit("stats", stats);
      this.#lookBack();
    });
    whep.on("quality", (quality) => {
      if (this.#path === "webrtc") this.emit("quality", quality);
    });
    if (warmed?.state === "playing") this.#followWhep("playing");
  }

  #dropWhep(): void {
    const whep = this.#whep;
    this.#whep = undefined;
    for (const fit of this.#fits.values()) fit.unfit();
    whep?.close();
  }

  #admit(token: MintedToken): boolean {
    this.#learn(token);
    if (token.prefer !== "hls" || this.#options.path === "webrtc") return true;
    if (this.#path === "webrtc") return !this.#enterHls("preferred");
    this.#reason = "preferred";
    this.#dropWhep();
    this.#comeback.later("preferred");
    return false;
  }

  #learn(token: MintedToken | undefined): void {
    if (token === undefined) return;
    this.#playlist = token.playback?.playlist ?? null;
    this.#mediaUrl = token.mediaUrl;
  }

  #followWhep(state: WatchState): void {
    const shows = state === "playing" || state === "waiting";
    if (this.#path === "hls") {
      this.#comeback.follow(state, this.#hls?.state ?? "connecting");
      return;
    }
    if (state === "failed") return;
    if (shows) {
      this.#cancelSlow();
      this.#pending = undefined;
      this.#failover.flows(this.#environment.nowMs());
    } else {
      this.#failover.stops(this.#environment.nowMs());
      this.#expectMedia(SLOW_RETURN_MS);
    }
    this.#setState(state);
  }

  /** Without a picture in time, there is one over HTTP until WebRTC gets through. */
  #expectMedia(withinMs: number): void {
    this.#cancelSlow();
    this.#cancelSlow = this.#environment.after(withinMs, () => {
      if (this.#path === "webrtc" && !this.#unreachable) this.#enterHls("blocked");
    });
  }

  #takeFailure(failure: ClientFailure): void {
    const elsewhere = isElsewhere(this.#playlist, this.#mediaUrl);
    this.#unreachable = failure.code === "network.unreachable" && !elsewhere;
    const reason = this.#failover.take(failure, elsewhere);
    if (this.#path === "hls") {
      const shows = this.#hls?.state === "playing" || this.#hls?.state === "waiting";
      // While nothing is shown at all, both go on trying.
      if (failure.retrying && (reason === undefined || (reason === "blocked" && !shows))) return;
      if (reason === "codec" || reason === "full") this.#reason = reason;
      this.#comeback.stop();
      this.#dropWhep();
      this.#comeback.later(this.#reason ?? "blocked");
      return;
    }
    if (reason !== undefined && this.#enterHls(reason)) return;
    if (!failure.retrying) this.#release("failed");
    this.emit("failure", failure);
  }

  /** false when it cannot be: there is no LL-HLS, or no element yet. */
  #enterHls(reason: HlsReason, startUnixMs?: number): boolean {
    if (this.#options.path === "webrtc" || typeof this.#playlist !== "string") return false;
    if (this.#screen === undefined) {
      if (reason !== "past") this.#pending = reason;
      return false;
    }
    this.#cancelSlow();
    this.#pending = undefined;
    this.#reason = reason;
    this.#failover.stops(this.#environment.nowMs());
    this.#screen.hold();
    this.#past?.close();
    this.#past = undefined;
    this.#path = "hls";
    // What is only slow goes on trying while LL-HLS begins.
    if (reason !== "blocked") this.#dropWhep();
    this.#openHls(startUnixMs);
    this.emit("path", "hls");
    this.emit("quality", this.quality);
    if (reason !== "blocked") this.#comeback.later(reason);
    return true;
  }

  #openHls(startUnixMs: number | undefined): void {
    const screen = this.#screen!;
    screen.clear();
    void this.#findClock();
    const hls = new HlsWatch({
      environment: this.#environment,
      tokens: this.#tokens,
      room: this.#room,
      screen,
      clock: () => this.#clock,
      isInRoom: this.#options.isInRoom,
      choice: this.#choice,
      ...(startUnixMs === undefined ? {} : { startUnixMs }),
    });
    this.#hls = hls;
    hls.on("state", (state) => this.#followHls(state));
    hls.on("failure", (failure) => {
      if (!failure.retrying) this.#release("failed");
      this.emit("failure", failure);
    });
    hls.on("stats", (stats) => this.emit("stats", stats));
    hls.on("quality", (quality) => this.emit("quality", quality));
    hls.on("dvr", (dvr) => this.#tellDvr(dvr));
  }

  #followHls(state: WatchState): void {
    if (state === "playing") this.#sawFrame();
    if (state === "waiting") this.#screen?.release("now");
    // The failure itself comes next.
    if (state === "failed" || state === "closed") return;
    this.#setState(state);
    this.#comeback.followHls(state, this.#reason!);
  }

  #tryWebRtc(): void {
    if (this.#reason === "preferred") this.#tokens.forget(this.#room);
    this.#openWhep();
  }

  #enterWebRtc(): void {
    const whep = this.#whep;
    if (whep === undefined || this.#path === "webrtc") return;
    this.#comeback.stop();
    this.#screen?.hold();
    this.#hls?.close();
    this.#hls = undefined;
    this.#clock?.close();
    this.#clock = undefined;
    this.#reason = undefined;
    this.#path = "webrtc";
    this.#screen?.show(this.stream);
    this.#screen?.release("rendered");
    this.#tellDvr(null);
    this.emit("path", "webrtc");
    this.emit("quality", whep.quality);
    this.#followWhep(whep.state);
  }

  async #findClock(): Promise<void> {
    if (this.#clock !== undefined) return;
    const token = await this.#tokens.get(this.#room).catch(() => undefined);
    if (token === undefined || this.#hls === undefined || this.#clock !== undefined) return;
    this.#learn(token);
    this.#clock = new ServerClock(this.#environment, token.mediaUrl);
  }

  /** How far back a viewer on WebRTC could go, while somebody wants to know. */
  #lookBack(): void {
    const isWanted = this.listenerCount("dvr") > 0 && this.#screen !== undefined;
    if (!isWanted || typeof this.#playlist !== "string" || this.#options.path === "webrtc") return;
    this.#past ??= new PastWindow(this.#environment, async () => {
      const token = await this.#tokens.get(this.#room);
      return token.playback?.playlist;
    });
    const { fromUnixMs } = this.#past;
    const atUnixMs = this.currentCaptureTime();
    const hasPast = fromUnixMs !== null && atUnixMs !== null && fromUnixMs < atUnixMs - SHORT_PAST_MS;
    this.#tellDvr(hasPast ? { fromUnixMs, liveUnixMs: atUnixMs, atUnixMs, isLive: true } : null);
  }

  #tellDvr(dvr: DvrState | null): void {
    if (dvr === null && this.#dvr === null) return;
    this.#dvr = dvr;
    this.emit("dvr", dvr);
  }

  #sawFrame(): void {
    if (this.#firstFrameSeen) return;
    this.#firstFrameSeen = true;
    this.emit("firstFrame", this.#environment.nowMs() - this.#startedMs);
  }

  #detach(): void {
    this.#hls?.close();
    this.#hls = undefined;
    this.#past?.close();
    this.#past = undefined;
    this.#screen?.close();
    this.#screen = undefined;
  }

  #isOver(): boolean {
    return this.#state === "closed" || this.#state === "failed";
  }

  #release(state: "closed" | "failed"): void {
    this.#cancelSlow();
    this.#comeback.stop();
    this.#detach();
    this.#clock?.close();
    this.#dropWhep();
    this.#fits.clear();
    this.#setState(state);
  }

  #setState(state: WatchState): void {
    if (this.#state === state || this.#isOver()) return;
    this.#state = state;
    this.emit("state", state);
  }
}

/** LL-HLS comes from another server than WebRTC: a CDN. */
function isElsewhere(playlist: string | null | undefined, mediaUrl: string): boolean {
  if (typeof playlist !== "string") return false;
  try {
    return new URL(playlist).host !== new URL(mediaUrl).host;
  } catch {
    return false;
  }
}

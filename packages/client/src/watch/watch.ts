import { Emitter } from "@sameroom/base";
import type { MintedToken } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError } from "../errors.ts";
import { PATHS } from "../http/addresses.ts";
import type { Tokens } from "../http/tokens.ts";
import { Voices } from "../stage/voices.ts";
import { type LinkState, PeerLink } from "../transport/peer-link.ts";
import type {
  QualityChoice,
  QualityState,
  WatchDetails,
  WatchEvents,
  WatchOptions,
  WatchSlot,
  WatchState,
  WatchStats,
} from "../types.ts";
import { GatheredSound } from "./gathered-sound.ts";
import { Playback } from "./playback.ts";
import { addReceiving } from "./receiving.ts";
import { ServerClock } from "./server-clock.ts";
import { ViewerSlots } from "./viewer-slots.ts";
import { ViewerStats } from "./viewer-stats.ts";
import { readWatchDetails } from "./watch-details.ts";

/** How often the path is looked at; a dead one is noticed within this and the silence allowed to it. */
const LOOK_MS = 300;
/** While the first frame is expected, so that it is seen at once. */
const FAST_LOOK_MS = 50;
const FAST_FOR_MS = 4000;
/** A path that is restored this quickly was not lost. */
const UNTOLD_MS = 400;

export interface WhepWatchOptions extends WatchOptions {
  /** Connect without media; `resume` starts it. */
  paused: boolean;
  /** The guests on stage alone, by seat; default: the show. */
  company?: boolean;
  /** Of a watch that has been on another path meanwhile; default: a new one. */
  stream?: MediaStream;
  owner?: WhepWatchOwner;
}

/** What a watch on one path asks of the watch it is part of. */
export interface WhepWatchOwner {
  /** Whether the server that gave this token is to be asked for a session; false leaves it alone for good. */
  admit: (token: MintedToken) => boolean;
  /** Whether somebody wants to know of quality and slots; default: who listens here. */
  isObserved?: () => boolean;
}

export type WhepWatchEvents = Omit<WatchEvents, "path" | "dvr">;

/** Somebody watching over WHEP, through every reconnection, in one `MediaStream`. */
export class WhepWatch extends Emitter<WhepWatchEvents> {
  readonly stream: MediaStream;
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #room: string;
  readonly #link: PeerLink;
  readonly #playback: Playback;
  #owner: WhepWatchOwner;
  readonly #slots: ViewerSlots;
  readonly #stats = new ViewerStats();
  #voices = new Voices();
  #gathered = new GatheredSound();
  readonly #offPageHide: () => void;
  /** Stops the one timer: the next look, or the news of a lost path. */
  #cancelLook: () => void = () => {};
  #clock: ServerClock | undefined;
  #state: WatchState = "connecting";
  #paused: boolean;
  /** Whether the current session on the server was opened paused. */
  #sessionPaused = false;
  /** The connection the readings are of. */
  #followed: RTCPeerConnection | undefined;
  #startedMs: number;
  #fastUntilMs = 0;
  #wasConnected = false;
  #firstFrameSeen = false;

  constructor(environment: Environment, tokens: Tokens, room: string, options: WhepWatchOptions) {
    super();
    this.#environment = environment;
    this.#tokens = tokens;
    this.#room = room;
    this.#paused = options.paused;
    this.#startedMs = environment.nowMs();
    this.#playback = new Playback(this.#startedMs);
    this.stream = options.stream ?? environment.createStream();
    this.#owner = options.owner ?? { admit: () => true };
    this.#slots = new ViewerSlots(environment, {
      quality: (quality) => this.emit("quality", quality),
      slots: (slots) => this.emit("slots", slots),
      failure: (failure) => this.emit("failure", failure),
    });
    const slots = options.slots ?? { video: 1, audio: 1 };
    this.#link = new PeerLink({
      environment,
      path: () => {
        this.#sessionPaused = this.#paused;
        const query = [...(this.#paused ? ["paused=1"] : []), ...(options.company ? ["company=1"] : [])];
        return `${PATHS.whep(room)}${query.length === 0 ? "" : `?${query.join("&")}`}`;
      },
      token: () => this.#token(),
      forgetToken: () => tokens.forget(room),
      prepare: (peer) => addReceiving(peer, slots, () => this.#addTracks(peer)),
      removeAbandoned: true,
      asksAfterGoodbye: false,
      afterGoodbyeMs: 0,
    });
    this.#link.on("state", (state) => this.#follow(state));
    this.#link.on("failure", (failure) => this.emit("failure", failure));
    this.#offPageHide = environment.onPageHide(() => void this.#link.resource?.remove());
    this.#link.open();
  }

  get state(): WatchState {
    return this.#state;
  }

  /** The media node's clock; undefined until the first token. */
  get clock(): ServerClock | undefined {
    return this.#clock;
  }

  /** A watch that was warmed up becomes part of another. */
  set owner(owner: WhepWatchOwner) {
    this.#owner = owner;
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
    if (this.#link.state === "connected") {
      this.#expectFrames();
      void this.#resumeSession();
    } else this.#link.hurry();
  }

  get quality(): QualityState {
    return this.#slots.quality;
  }

  get slots(): readonly WatchSlot[] {
    return this.#slots.list;
  }

  setQuality(choice: QualityChoice): void {
    if (!this.#isOver()) this.#slots.setQuality(choice);
  }

  fit(element: HTMLElement, mid?: string): () => void {
    return this.#isOver() ? () => {} : this.#slots.fit(element, mid);
  }

  async details(): Promise<WatchDetails> {
    const { peer, resource } = this.#link;
    const [report, response] = await Promise.all([
      peer?.getStats().catch(() => undefined),
      this.#slots.ask(),
    ]);
    return {
      path: "webrtc",
      ...readWatchDetails(report ?? new Map()),
      quality: this.quality,
      stats: this.#stats.current,
      estimate: response?.path.estimate ?? null,
      session: resource?.id ?? null,
    };
  }

  currentCaptureTime(): number | null {
    const { reading } = this.#stats;
    if (reading === undefined || reading.captureUnixMs === null || this.#state !== "playing") return null;
    return reading.captureUnixMs + (this.#environment.nowMs() - reading.atMs);
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#release();
    this.#setState("closed");
    void this.#link.close(true);
    this.clear();
  }

  async #token(): Promise<MintedToken> {
    const token = await this.#tokens.get(this.#room);
    if (!this.#isOver() && !this.#owner.admit(token))
      throw new ClientError("client.closed", "Watched otherwise.");
    if (this.#isOver() || this.#clock?.mediaUrl === token.mediaUrl) return token;
    this.#clock?.close();
    this.#clock = new ServerClock(this.#environment, token.mediaUrl);
    return token;
  }

  /**
   * The stream has the first track of each kind; it takes the place of the one from the connection before, which stays
   * until then.
   */
  #addTracks(peer: RTCPeerConnection): void {
    if (this.#isOver() || peer !== this.#link.peer) return;
    if (!this.#slots.adopt(peer)) return;
    const old = this.stream.getTracks();
    for (const kind of ["video", "audio"] as const) {
      const first = this.slots.find((slot) => slot.kind === kind);
      if (first !== undefined) this.stream.addTrack(first.track);
    }
    for (const track of old) this.stream.removeTrack(track);
    this.emit("stream", this.stream);
  }

  #follow(state: LinkState): void {
    if (state === "connected") {
      this.#wasConnected = true;
      this.#expectFrames();
      const { resource } = this.#link;
      if (resource !== undefined) this.#slots.begin(resource, this.#sessionPaused);
      if (this.#sessionPaused && !this.#paused) void this.#resumeSession();
      return;
    }
    this.#cancelLook();
    // The same session may come back; another has slots of its own.
    if (state === "connecting") this.#slots.end();
    if (state === "failed") {
      this.#release();
      this.#setState("failed");
    } else if (state === "recovering") {
      // A false alarm is over before anybody needs to hear of it.
      this.#cancelLook = this.#environment.after(UNTOLD_MS, () => this.#tellLost());
    } else if (this.#wasConnected && state !== "closed") this.#tellLost();
  }

  /** Begins to look: closely for a while, then now and then. */
  #expectFrames(): void {
    const nowMs = this.#environment.nowMs();
    this.#stats.restart();
    this.#voices = new Voices();
    this.#gathered = new GatheredSound();
    this.#fastUntilMs = nowMs + FAST_FOR_MS;
    this.#playback.restart(nowMs, this.#followed !== this.#link.peer);
    this.#followed = this.#link.peer;
    this.#lookLater();
  }

  async #resumeSession(): Promise<void> {
    if (!this.#sessionPaused) return;
    this.#sessionPaused = false;
    // Refused, or not answered: the warm session is gone, and a new one is not paused.
    await this.#slots.resume().catch(() => this.#link.renew());
  }

  #lookLater(): void {
    this.#cancelLook();
    if (this.#paused) return;
    const fast = this.#environment.nowMs() < this.#fastUntilMs && this.#state !== "playing";
    this.#cancelLook = this.#environment.after(fast ? FAST_LOOK_MS : LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { peer, state } = this.#link;
    if (peer === undefined || state !== "connected") return;
    const report = await peer.getStats().catch(() => undefined);
    if (peer !== this.#link.peer || this.#link.state !== "connected" || this.#isOver()) return;
    // Again before listeners and faults are served: what they do may cancel it.
    this.#lookLater();
    if (report === undefined) return;
    if (this.listenerCount("voices") > 0) this.emit("voices", this.#voices.read(report));
    this.#slots.leaveOut(this.#gathered.read(report, this.#environment.nowMs()));
    this.#take(report);
  }

  #take(report: RTCStatsReport): void {
    const now = { ms: this.#environment.nowMs(), serverUnixMs: this.#clock?.nowUnixMs() ?? null };
    const reading = this.#stats.read(report, now);
    if (reading.framesDecoded > 0 && !this.#firstFrameSeen) {
      this.#firstFrameSeen = true;
      this.emit("firstFrame", now.ms - this.#startedMs);
    }
    const { isObserved } = this.#owner;
    const hears = isObserved?.() ?? this.listenerCount("quality") + this.listenerCount("slots") > 0;
    this.#slots.look(reading.videoBytes, now.ms, hears);
    const { phase, fault } = this.#playback.take(reading, now.ms, this.#environment.isPageVisible());
    if (phase !== undefined) this.#setState(phase);
    this.#tell(this.#stats.tell(reading, this.#slots.reason));
    if (fault === "path") this.#link.suspect();
    else if (fault === "decoder") this.#link.renew();
  }

  #tellLost(): void {
    this.#setState("reconnecting");
    this.#tell(this.#stats.lose());
  }

  #tell(stats: WatchStats | undefined): void {
    if (stats !== undefined) this.emit("stats", stats);
  }

  #isOver(): boolean {
    return this.#state === "closed" || this.#state === "failed";
  }

  #release(): void {
    this.#cancelLook();
    this.#followed = undefined;
    this.#offPageHide();
    this.#clock?.close();
    this.#slots.close();
    for (const track of this.stream.getTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
  }

  #setState(state: WatchState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("state", state);
  }
}

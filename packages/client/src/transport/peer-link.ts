import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import type { Wake } from "../environment.ts";
import { ClientError, isPassing, isTokenFault, toClientError, toFailure } from "../errors.ts";
import type { MediaResource } from "../http/media-resource.ts";
import type { ClientFailure } from "../types.ts";
import { requestIceRestart } from "./ice-restart.ts";
import { leaveSession, onGoodbye } from "./leave-session.ts";
import { type OpenSessionOptions, openSession, type Session } from "./open-session.ts";
import { isPathAlive, type PathSnapshot, snapshotPath } from "./path-evidence.ts";

/** `recovering`: an ICE restart is under way; `waiting`: the next attempt comes shortly. */
export type LinkState = "connecting" | "connected" | "recovering" | "waiting" | "failed" | "closed";

export type PeerLinkEvents = {
  state: [LinkState];
  failure: [ClientFailure];
  /** A new peer connection replaces the last one, which is closed once the new one is connected. */
  peer: [RTCPeerConnection];
};

export interface PeerLinkOptions extends OpenSessionOptions {
  /** The token was refused. */
  forgetToken: () => void;
  /** Whether an abandoned session is DELETEd. A publisher's is not: that would end the show. */
  removeAbandoned: boolean;
  /** Whether a session the server has left is asked why (`publish.replaced`) before another takes its place. */
  asksAfterGoodbye: boolean;
  /**
   * Least wait after the server closed the session, ms. A publisher's application needs a moment to learn that the
   * broadcast was ended, or it would start the next one.
   */
  afterGoodbyeMs: number;
}

/** For token and offer together. */
const OFFER_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 8000;
const RESTART_TIMEOUT_MS = 3000;
const EVIDENCE_INTERVAL_MS = 100;
/** `disconnected` often heals by itself within a moment. */
const DISCONNECTED_GRACE_MS = 500;
/** A connection that lasted this long was a good one: the next delays are short again. */
const STABLE_MS = 5000;

const LOST = () => new ClientError("media.connection_failed", "The connection to the media server was lost.");
const UNREACHABLE = () =>
  new ClientError("media.connection_failed", "The media server cannot be reached over UDP.");
const SILENT = () => new ClientError("network.unreachable", "The server did not answer in time.");

/**
 * Keeps one WHIP or WHEP session up for as long as it lives: connects, and when the path is lost restarts ICE first
 * (same session, same keys, nothing renegotiated), then opens a new session, again and again with backoff. Only what
 * cannot get better by trying (no permission, no common codec) makes it `failed`, which releases everything.
 */
export class PeerLink extends Emitter<PeerLinkEvents> {
  readonly #options: PeerLinkOptions;
  readonly #backoff: Backoff;
  readonly #offWake: () => void;
  #state: LinkState = "connecting";
  #session: Session | undefined;
  /** The session before, until the new one is connected. */
  #retiring: Session | undefined;
  #abort = new AbortController();
  #cancelTimer: () => void = () => {};
  /** Counts attempts; what an older attempt still does is ignored. */
  #attempt = 0;
  /** The attempt whose session is {@link peer}. */
  #adoptedIn = 0;
  #connectedAtMs = Number.POSITIVE_INFINITY;
  #tokenRefused = false;
  /** The session is beyond an ICE restart. */
  #sessionLost = true;
  /** It is asked for one all the same: the refusal says what has become of it. */
  #asksWhy = false;

  constructor(options: PeerLinkOptions) {
    super();
    this.#options = options;
    const { environment } = options;
    this.#backoff = createBackoff({
      baseMs: 300,
      maxMs: 10_000,
      random: { next: () => environment.random() },
    });
    this.#offWake = environment.onWake((why) => this.#wake(why));
  }

  get state(): LinkState {
    return this.#state;
  }

  get peer(): RTCPeerConnection | undefined {
    return this.#session?.peer;
  }

  get resource(): MediaResource | undefined {
    return this.#session?.resource;
  }

  /** Begins. Call once, after listening. */
  open(): void {
    void this.#connect();
  }

  /** Somebody noticed that nothing comes through any more, before the browser did. */
  suspect(): void {
    if (this.#state === "connected") this.#recover();
  }

  /** The session is of no use any more although its path works: opens another. */
  renew(): void {
    this.#sessionLost = true;
    if (this.#state === "connected") this.#retry(LOST());
  }

  /** Tries at once instead of waiting on. */
  hurry(): void {
    if (this.#state !== "waiting") return;
    this.#backoff.reset();
    this.#recover();
  }

  /** Ends for good. With `remove`, the server is told (DELETE). */
  async close(remove: boolean): Promise<void> {
    if (this.#state === "closed") return;
    const session = this.#session;
    this.#session = undefined;
    this.#release("closed");
    this.clear();
    if (session !== undefined) await leaveSession(this.#options.environment, session, remove);
  }

  #retire(): void {
    const { environment, removeAbandoned } = this.#options;
    if (this.#retiring !== undefined) void leaveSession(environment, this.#retiring, removeAbandoned);
    this.#retiring = undefined;
  }

  #wake(why: Wake): void {
    if (this.#state === "waiting") this.hurry();
    // What was under way belongs to the network that went.
    else if (why === "online" && this.#state !== "failed" && this.#state !== "closed") this.#recover();
  }

  #recover(): void {
    if (this.#session !== undefined && (!this.#sessionLost || this.#asksWhy))
      void this.#restartIce(this.#session);
    else void this.#connect();
  }

  async #connect(): Promise<void> {
    const attempt = this.#begin("connecting");
    this.#sessionLost = true;
    this.#deadline(attempt, OFFER_TIMEOUT_MS, () => this.#retry(SILENT()));
    try {
      const session = await openSession(this.#options, this.#abort.signal);
      if (attempt !== this.#attempt) {
        session.peer.close();
        return void session.resource.remove();
      }
      this.#deadline(attempt, CONNECT_TIMEOUT_MS, () => this.#retry(UNREACHABLE()));
      await this.#adopt(session);
      if (attempt !== this.#attempt) return;
      this.#tokenRefused = false;
      this.#follow(session.peer);
    } catch (thrown) {
      if (attempt === this.#attempt) this.#handleFailure(toClientError(thrown));
    }
  }

  async #adopt(session: Session): Promise<void> {
    this.#retire();
    this.#retiring = this.#session;
    this.#session = session;
    this.#adoptedIn = this.#attempt;
    const { peer, resource } = session;
    peer.addEventListener("connectionstatechange", () => this.#follow(peer));
    this.emit("peer", peer);
    await peer.setRemoteDescription({ type: "answer", sdp: resource.answer });
    onGoodbye(peer, () => {
      if (peer === this.peer) this.#takeLeave();
    });
  }

  #takeLeave(): void {
    this.#sessionLost = true;
    this.#asksWhy = this.#options.asksAfterGoodbye;
    if (this.#state === "connected") this.#pause(this.#options.afterGoodbyeMs);
  }

  async #restartIce(session: Session): Promise<void> {
    const attempt = this.#begin("recovering");
    const { peer } = session;
    this.#asksWhy = false;
    let answered = false;
    this.#deadline(attempt, RESTART_TIMEOUT_MS, () => {
      // Answered, and still nothing comes through: the session's path is gone for good.
      this.#sessionLost = answered;
      this.#retry(answered ? LOST() : SILENT());
    });
    try {
      const before = await snapshotPath(peer);
      if (attempt !== this.#attempt) return;
      const answer = await requestIceRestart(session, this.#options, this.#abort.signal);
      if (attempt !== this.#attempt) return;
      answered = true;
      await peer.setRemoteDescription({ type: "answer", sdp: answer });
      if (await this.#comesAlive(attempt, peer, before)) this.#connected();
    } catch (thrown) {
      if (attempt !== this.#attempt) return;
      const error = toClientError(thrown);
      if (error.code === "network.unreachable") return this.#retry(error);
      // The same person went live from elsewhere: to come back would take the room from them, and they from us.
      if (error.code === "publish.replaced") return this.#handleFailure(error);
      // 404: the server has forgotten us (it restarted). Anything else: a new session tells what is the matter.
      void this.#connect();
    }
  }

  /** Resolves once something came through since `before`; false when another attempt has begun. */
  async #comesAlive(attempt: number, peer: RTCPeerConnection, before: PathSnapshot): Promise<boolean> {
    while (attempt === this.#attempt) {
      if (await isPathAlive(peer, before)) return attempt === this.#attempt;
      await new Promise<void>((resolve) => this.#options.environment.after(EVIDENCE_INTERVAL_MS, resolve));
    }
    return false;
  }

  #follow(peer: RTCPeerConnection): void {
    if (peer !== this.peer) return;
    const { connectionState } = peer;
    const isNew = this.#state === "connecting" && this.#adoptedIn === this.#attempt;
    if (connectionState === "connected") {
      if (isNew) this.#connected();
      // `disconnected` healed by itself.
      else if (this.#state === "connected") this.#cancelTimer();
    } else if (connectionState === "disconnected" && this.#state === "connected") {
      this.#deadline(this.#attempt, DISCONNECTED_GRACE_MS, () => this.#recover());
    } else if (connectionState === "failed") {
      if (this.#state === "connected") this.#recover();
      else if (isNew) this.#retry(UNREACHABLE());
    }
  }

  #connected(): void {
    this.#cancelTimer();
    this.#connectedAtMs = this.#options.environment.nowMs();
    this.#sessionLost = false;
    this.#retire();
    this.#setState("connected");
  }

  #handleFailure(error: ClientError): void {
    const again = isTokenFault(error) && !this.#tokenRefused;
    if (isTokenFault(error)) {
      this.#tokenRefused = true;
      this.#options.forgetToken();
    }
    if (again) void this.#connect();
    else if (isPassing(error)) this.#retry(error);
    else {
      const failure = toFailure(error, false);
      this.#release("failed");
      this.emit("failure", failure);
    }
  }

  #retry(error: ClientError): void {
    this.#pause((error.retryAfterS ?? 0) * 1000);
    if (this.#state === "waiting") this.emit("failure", toFailure(error, true));
  }

  /** Waits for the next attempt. */
  #pause(leastMs: number): void {
    // A session that dies as soon as it lives must not be opened without a pause.
    if (this.#options.environment.nowMs() - this.#connectedAtMs > STABLE_MS) this.#backoff.reset();
    this.#connectedAtMs = Number.POSITIVE_INFINITY;
    const delayMs = Math.max(this.#backoff.nextMs(), leastMs);
    const attempt = this.#begin("waiting");
    this.#deadline(attempt, delayMs, () => this.#recover());
    if (this.peer !== undefined && !this.#sessionLost) void this.#watchForLife(attempt, this.peer);
  }

  /** The network is back when media flows again on the old path: then there is nothing to wait for. */
  async #watchForLife(attempt: number, peer: RTCPeerConnection): Promise<void> {
    try {
      if (await this.#comesAlive(attempt, peer, await snapshotPath(peer))) this.hurry();
    } catch {
      // The connection cannot be asked any more; the timer goes on.
    }
  }

  /** Starts an attempt: what the last one still does is aborted or ignored. */
  #begin(state: LinkState): number {
    this.#cancelTimer();
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#setState(state);
    return attempt;
  }

  #deadline(attempt: number, delayMs: number, action: () => void): void {
    if (attempt !== this.#attempt) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#options.environment.after(delayMs, () => {
      if (attempt === this.#attempt) action();
    });
  }

  #release(state: "failed" | "closed"): void {
    this.#cancelTimer();
    this.#attempt += 1;
    this.#abort.abort();
    this.#offWake();
    this.#retire();
    this.#session?.peer.close();
    this.#session = undefined;
    this.#setState(state);
  }

  #setState(state: LinkState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("state", state);
  }
}

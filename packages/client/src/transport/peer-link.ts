import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import type { MintedToken } from "@sameroom/contract";
import type { Environment, Wake } from "../environment.ts";
import { ClientError, isPassing, isTokenFault, toClientError, toFailure } from "../errors.ts";
import { type MediaResource, openResource } from "../http/media-resource.ts";
import type { ClientFailure } from "../types.ts";
import { isPathAlive, type PathSnapshot, snapshotPath } from "./path-evidence.ts";
import { answerWithFragment, fragmentOf } from "./sdp-fragment.ts";

/** `recovering`: an ICE restart is under way; `waiting`: the next attempt comes shortly. */
export type LinkState = "connecting" | "connected" | "recovering" | "waiting" | "failed" | "closed";

export type PeerLinkEvents = {
  state: [LinkState];
  failure: [ClientFailure];
  /** A new peer connection replaces the last one, which is closed once the new one has its answer. */
  peer: [RTCPeerConnection];
};

export interface PeerLinkOptions {
  environment: Environment;
  /** `/whip/:room` or `/whep/:room`; asked for each new session. */
  path: () => string;
  token: () => Promise<MintedToken>;
  /** The token was refused. */
  forgetToken: () => void;
  /** Adds what is sent or received to a fresh connection. */
  prepare: (peer: RTCPeerConnection) => void;
  /** Whether an abandoned session is DELETEd. A publisher's is not: that would end the show. */
  removeAbandoned: boolean;
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
const EVIDENCE_INTERVAL_MS = 150;
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
  #peer: RTCPeerConnection | undefined;
  #resource: MediaResource | undefined;
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
    return this.#peer;
  }

  get resource(): MediaResource | undefined {
    return this.#resource;
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
    const resource = this.#resource;
    this.#release("closed");
    this.clear();
    if (remove) await resource?.remove();
  }

  #wake(why: Wake): void {
    this.hurry();
    // What was under way belongs to the network that went.
    if (why === "online" && this.#state !== "failed" && this.#state !== "closed") this.#recover();
  }

  #recover(): void {
    const canRestart = !this.#sessionLost && this.#peer !== undefined && this.#resource !== undefined;
    if (canRestart) void this.#restartIce(this.#peer!, this.#resource!);
    else void this.#connect();
  }

  async #connect(): Promise<void> {
    const attempt = this.#begin("connecting");
    this.#sessionLost = true;
    this.#deadline(attempt, OFFER_TIMEOUT_MS, () => this.#retry(SILENT()));
    const { environment } = this.#options;
    const { signal } = this.#abort;
    let peer: RTCPeerConnection | undefined;
    try {
      const { token, mediaUrl } = await this.#options.token();
      if (attempt !== this.#attempt) return;
      peer = environment.createPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
      this.#options.prepare(peer);
      // The server is ICE-lite and answers checks from anywhere: our candidates need not be in the offer.
      await peer.setLocalDescription(await peer.createOffer());
      if (attempt !== this.#attempt) return peer.close();
      const offer = peer.localDescription!.sdp;
      const path = this.#options.path();
      const resource = await openResource(environment, { mediaUrl, path, token, offer, signal });
      if (attempt !== this.#attempt) {
        peer.close();
        return void resource.remove();
      }
      this.#deadline(attempt, CONNECT_TIMEOUT_MS, () => this.#retry(UNREACHABLE()));
      await this.#adopt(peer, resource);
      if (attempt !== this.#attempt) return;
      this.#tokenRefused = false;
      this.#follow(peer);
    } catch (thrown) {
      if (peer !== this.#peer) peer?.close();
      if (attempt === this.#attempt) this.#handleFailure(toClientError(thrown));
    }
  }

  async #adopt(peer: RTCPeerConnection, resource: MediaResource): Promise<void> {
    const before = { peer: this.#peer, resource: this.#resource };
    this.#peer = peer;
    this.#resource = resource;
    this.#adoptedIn = this.#attempt;
    peer.addEventListener("connectionstatechange", () => this.#follow(peer));
    this.emit("peer", peer);
    try {
      await peer.setRemoteDescription({ type: "answer", sdp: resource.answer });
    } finally {
      before.peer?.close();
      if (this.#options.removeAbandoned) void before.resource?.remove();
    }
    const dtls = peer.getTransceivers()[0]?.sender.transport;
    // The server's goodbye (close_notify) closes DTLS and leaves ICE, and so `connectionState`, as it was.
    dtls?.addEventListener("statechange", () => {
      if (dtls.state === "closed" && peer === this.#peer) this.#takeLeave();
    });
  }

  #takeLeave(): void {
    this.#sessionLost = true;
    if (this.#state === "connected") this.#retry(LOST(), this.#options.afterGoodbyeMs);
  }

  async #restartIce(peer: RTCPeerConnection, resource: MediaResource): Promise<void> {
    const attempt = this.#begin("recovering");
    const { signal } = this.#abort;
    let answered = false;
    this.#deadline(attempt, RESTART_TIMEOUT_MS, () => {
      // Answered, and still nothing comes through: the session's path is gone for good.
      this.#sessionLost = answered;
      this.#retry(answered ? LOST() : SILENT());
    });
    try {
      const before = await snapshotPath(peer);
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
      const fragment = await resource.restart(fragmentOf(peer.localDescription!.sdp), signal);
      if (attempt !== this.#attempt) return;
      const answer = answerWithFragment(resource.answer, fragment);
      if (answer === undefined) throw new ClientError("media.connection_failed", "The restart failed.");
      answered = true;
      await peer.setRemoteDescription({ type: "answer", sdp: answer });
      if (await this.#comesAlive(attempt, peer, before)) this.#connected();
    } catch (thrown) {
      if (attempt !== this.#attempt) return;
      const error = toClientError(thrown);
      if (error.code === "network.unreachable") return this.#retry(error);
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
    if (peer !== this.#peer) return;
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

  #retry(error: ClientError, leastMs = (error.retryAfterS ?? 0) * 1000): void {
    // A session that dies as soon as it lives must not be opened without a pause.
    if (this.#options.environment.nowMs() - this.#connectedAtMs > STABLE_MS) this.#backoff.reset();
    this.#connectedAtMs = Number.POSITIVE_INFINITY;
    const delayMs = Math.max(this.#backoff.nextMs(), leastMs);
    const attempt = this.#begin("waiting");
    this.emit("failure", toFailure(error, true));
    if (attempt !== this.#attempt) return;
    this.#deadline(attempt, delayMs, () => this.#recover());
    const peer = this.#peer;
    if (peer !== undefined && !this.#sessionLost) void this.#watchForLife(attempt, peer);
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
    this.#peer?.close();
    this.#peer = undefined;
    this.#resource = undefined;
    this.#setState(state);
  }

  #setState(state: LinkState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("state", state);
  }
}

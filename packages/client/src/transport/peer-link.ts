import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import type { MintedToken } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, isPassing, isStaleToken, toClientError, toFailure } from "../errors.ts";
import { type MediaResource, openResource } from "../http/media-resource.ts";
import type { ClientFailure } from "../types.ts";
import { isPathAlive, snapshotPath } from "./path-evidence.ts";
import { answerWithFragment, fragmentOf } from "./sdp-fragment.ts";

/** `recovering`: an ICE restart is under way; `waiting`: a new session will be tried shortly. */
export type LinkState = "connecting" | "connected" | "recovering" | "waiting" | "failed" | "closed";

export type PeerLinkEvents = {
  state: [LinkState];
  failure: [ClientFailure];
  /** A new peer connection replaces the last one (which is closed after this event). */
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
}

const CONNECT_TIMEOUT_MS = 8000;
const RESTART_TIMEOUT_MS = 3000;
const EVIDENCE_INTERVAL_MS = 150;
/** `disconnected` often heals by itself within a moment. */
const DISCONNECTED_GRACE_MS = 500;

/**
 * Keeps one WHIP or WHEP session up for as long as it lives: connects, and when the path is lost restarts ICE first
 * (same session, same keys, nothing renegotiated), then opens a new session, again and again with backoff. Only what
 * cannot get better by trying (no permission, no common codec) makes it `failed`.
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
  #tokenRefused = false;

  constructor(options: PeerLinkOptions) {
    super();
    this.#options = options;
    const { environment } = options;
    this.#backoff = createBackoff({
      baseMs: 300,
      maxMs: 10_000,
      random: { next: () => environment.random() },
    });
    this.#offWake = environment.onWake(() => {
      if (this.#state === "waiting") void this.#connect();
    });
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
    if (this.#state === "connected") void this.#restartIce();
  }

  /** Ends for good. With `remove`, the server is told (DELETE). */
  async close(remove: boolean): Promise<void> {
    if (this.#state === "closed") return;
    this.#attempt += 1;
    this.#cancelTimer();
    this.#offWake();
    this.#setState("closed");
    const resource = this.#resource;
    this.#dropPeer();
    this.#abort.abort();
    this.clear();
    if (remove) await resource?.remove();
  }

  async #connect(): Promise<void> {
    const attempt = this.#begin("connecting");
    const { environment } = this.#options;
    let peer: RTCPeerConnection | undefined;
    try {
      const { token, mediaUrl } = await this.#options.token();
      if (attempt !== this.#attempt) return;
      peer = environment.createPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
      this.#options.prepare(peer);
      await peer.setLocalDescription(await peer.createOffer());
      const offer = peer.localDescription!.sdp;
      const { signal } = this.#abort;
      const resource = await openResource(environment, {
        mediaUrl,
        path: this.#options.path(),
        token,
        offer,
        signal,
      });
      if (attempt !== this.#attempt) {
        peer.close();
        void resource.remove();
        return;
      }
      this.#adopt(peer, resource);
      await peer.setRemoteDescription({ type: "answer", sdp: resource.answer });
      this.#tokenRefused = false;
      this.#deadline(attempt, CONNECT_TIMEOUT_MS, () => {
        this.#retry(
          new ClientError("media.connection_failed", "The media server cannot be reached over UDP."),
        );
      });
      this.#follow(peer);
    } catch (thrown) {
      if (peer !== undefined && peer !== this.#peer) peer.close();
      if (attempt === this.#attempt) this.#handleFailure(toClientError(thrown));
    }
  }

  async #restartIce(): Promise<void> {
    const peer = this.#peer;
    const resource = this.#resource;
    if (peer === undefined || resource === undefined) return void this.#connect();
    const attempt = this.#begin("recovering");
    this.#deadline(attempt, RESTART_TIMEOUT_MS, () => void this.#connect());
    try {
      const before = await snapshotPath(peer);
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
      const fragment = await resource.restart(fragmentOf(peer.localDescription!.sdp), this.#abort.signal);
      const answer = answerWithFragment(resource.answer, fragment);
      if (attempt !== this.#attempt) return;
      if (answer === undefined) return void this.#connect();
      await peer.setRemoteDescription({ type: "answer", sdp: answer });
      while (attempt === this.#attempt && !(await isPathAlive(peer, before))) {
        await new Promise<void>((resolve) => this.#options.environment.after(EVIDENCE_INTERVAL_MS, resolve));
      }
      if (attempt === this.#attempt) this.#connected();
    } catch (thrown) {
      // 404: the server has forgotten us (it restarted). Anything else: a new session tells what is the matter.
      if (attempt !== this.#attempt) return;
      const error = toClientError(thrown);
      if (error.problem === undefined) this.#retry(error);
      else void this.#connect();
    }
  }

  #begin(state: LinkState): number {
    this.#cancelTimer();
    this.#attempt += 1;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#setState(state);
    return this.#attempt;
  }

  #adopt(peer: RTCPeerConnection, resource: MediaResource): void {
    const abandoned = this.#resource;
    const before = this.#peer;
    this.#peer = peer;
    this.#resource = resource;
    peer.addEventListener("connectionstatechange", () => {
      if (peer === this.#peer) this.#follow(peer);
    });
    this.emit("peer", peer);
    before?.close();
    if (this.#options.removeAbandoned) void abandoned?.remove();
  }

  #follow(peer: RTCPeerConnection): void {
    const { connectionState } = peer;
    if (this.#state === "connecting" && connectionState === "connected") {
      this.#connected();
    } else if (this.#state === "connected" && connectionState === "connected") {
      // `disconnected` healed by itself.
      this.#cancelTimer();
    } else if (this.#state === "connected" && connectionState === "disconnected") {
      this.#deadline(this.#attempt, DISCONNECTED_GRACE_MS, () => void this.#restartIce());
    } else if (this.#state === "connected" && connectionState === "failed") {
      void this.#restartIce();
    } else if (
      connectionState === "failed" &&
      (this.#state === "recovering" || this.#state === "connecting")
    ) {
      this.#retry(new ClientError("media.connection_failed", "The connection to the media server was lost."));
    }
  }

  #connected(): void {
    this.#cancelTimer();
    this.#backoff.reset();
    this.#setState("connected");
  }

  #handleFailure(error: ClientError): void {
    if (isStaleToken(error) && !this.#tokenRefused) {
      this.#tokenRefused = true;
      this.#options.forgetToken();
      void this.#connect();
    } else if (isPassing(error) || isStaleToken(error)) {
      this.#retry(error);
    } else {
      this.#dropPeer();
      this.#setState("failed");
      this.emit("failure", toFailure(error, false));
    }
  }

  #retry(error: ClientError): void {
    const delayMs = Math.max(this.#backoff.nextMs(), (error.retryAfterS ?? 0) * 1000);
    this.#setState("waiting");
    this.emit("failure", toFailure(error, true));
    this.#deadline(this.#attempt, delayMs, () => void this.#connect());
  }

  #deadline(attempt: number, delayMs: number, action: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.environment.after(delayMs, () => {
      if (attempt === this.#attempt) action();
    });
  }

  #dropPeer(): void {
    this.#peer?.close();
    this.#peer = undefined;
    this.#resource = undefined;
  }

  #setState(state: LinkState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.emit("state", state);
  }
}

import type { Environment } from "../environment.ts";
import type { WatchState } from "../types.ts";
import type { Failover, HlsReason } from "./failover.ts";

/** An attempt at WebRTC that shows nothing in this time is given up while LL-HLS plays. */
const ATTEMPT_MS = 12_000;
/** WebRTC must have shown the show for this long before it takes the screen. */
const PROVEN_MS = 1000;
/** While nothing plays at all, WebRTC is tried after this. */
const NOTHING_PLAYS_MS = 3000;
/** The viewer is in the past, or has stopped the picture: asked again after this. */
const NOT_NOW_MS = 15_000;

export interface ComebackPorts {
  isTrying: () => boolean;
  /** Whether the viewer may be taken to WebRTC now. */
  isWelcome: () => boolean;
  /** Begin an attempt; what becomes of it comes by {@link Comeback.follow}. */
  begin: () => void;
  giveUp: () => void;
  /** WebRTC shows the show. */
  arrive: () => void;
}

/** Tries WebRTC again behind a watch that is on LL-HLS, with growing pauses, and tells when it is back. */
export class Comeback {
  readonly #environment: Environment;
  readonly #failover: Failover;
  readonly #ports: ComebackPorts;
  #reason: HlsReason | undefined;
  /** The viewer asked for it. */
  #anyway = false;
  #cancelPause: () => void = () => {};
  #cancelAttempt: () => void = () => {};
  #cancelProof: (() => void) | undefined;
  #offWake: (() => void) | undefined;

  constructor(environment: Environment, failover: Failover, ports: ComebackPorts) {
    this.#environment = environment;
    this.#failover = failover;
    this.#ports = ports;
  }

  /** The next attempt is due after a pause; none where trying makes no sense. */
  later(reason: HlsReason): void {
    this.stop();
    this.#reason = reason;
    const pauseMs = this.#failover.nextPauseMs(reason);
    if (pauseMs === undefined) return;
    // Another network may let through what this one does not.
    this.#offWake = this.#environment.onWake((why) => {
      if (why === "online" && this.#reason === "blocked") this.now();
    });
    this.#cancelPause = this.#environment.after(pauseMs, () => this.now());
  }

  /** Tries now; `anyway`: because the viewer wants to be there, wherever they are. */
  now(anyway = false): void {
    this.#anyway ||= anyway;
    if (this.#ports.isTrying()) return;
    this.#cancelPause();
    if (!this.#isWelcome()) {
      this.#cancelPause = this.#environment.after(NOT_NOW_MS, () => this.now());
      return;
    }
    this.#reason ??= "blocked";
    this.#ports.begin();
    if (this.#ports.isTrying()) this.#limit();
  }

  /** What WebRTC does, and what is on screen meanwhile. */
  follow(whep: WatchState, hls: WatchState): void {
    const isBack = whep === "playing" || (whep === "waiting" && hls !== "playing");
    if (!isBack) {
      this.#cancelProof?.();
      this.#cancelProof = undefined;
      return;
    }
    this.#cancelProof ??= this.#environment.after(PROVEN_MS, () => {
      this.#cancelProof = undefined;
      if (this.#isWelcome()) this.#ports.arrive();
      else this.#giveUp();
    });
  }

  /** What LL-HLS does: while it shows nothing, WebRTC is tried all the time. */
  followHls(hls: WatchState, reason: HlsReason): void {
    this.#reason = reason;
    if (this.#ports.isTrying()) {
      if (hls === "playing") this.#limit();
      else this.#cancelAttempt();
    } else if (reason === "blocked" && hls !== "playing" && hls !== "waiting") {
      this.#cancelPause();
      this.#cancelPause = this.#environment.after(NOTHING_PLAYS_MS, () => this.now());
    }
  }

  /** No more attempts until the next call. */
  stop(): void {
    this.#cancelPause();
    this.#cancelAttempt();
    this.#cancelProof?.();
    this.#cancelProof = undefined;
    this.#offWake?.();
    this.#offWake = undefined;
    this.#reason = undefined;
    this.#anyway = false;
  }

  #isWelcome(): boolean {
    return this.#anyway || this.#ports.isWelcome();
  }

  #limit(): void {
    this.#cancelAttempt();
    this.#cancelAttempt = this.#environment.after(ATTEMPT_MS, () => this.#giveUp());
  }

  #giveUp(): void {
    const reason = this.#reason ?? "blocked";
    this.stop();
    this.#ports.giveUp();
    this.later(reason);
  }
}

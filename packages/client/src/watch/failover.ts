import type { ClientFailure } from "../types.ts";

/**
 * Why a watch is on the hls path: WebRTC does not get through; it cannot play the codec; the worker is full; the server asks for
 * it; the page chose it; there is no WebRTC; the viewer went back in time.
 */
export type HlsReason = "blocked" | "codec" | "full" | "preferred" | "chosen" | "unsupported" | "past";

/** Lost or refused connections in a row. */
const FAILURES = 2;
/** First pause before WebRTC is tried again, and the longest, ms. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;
/** WebRTC that lasted this long was good: the next pause is short again. */
const GOOD_MS = 60_000;

/** Decides when a watch leaves WebRTC, and when it tries it again. Pure: time and randomness are arguments. */
export class Failover {
  readonly #random: () => number;
  #failures = 0;
  #attempts = 0;
  #flowsSinceMs: number | undefined;

  /** `random`: uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** true when the last thing heard of the connection was that its path does not work, while the server answers. */
  get hasFailed(): boolean {
    return this.#failures > 0;
  }

  /** WebRTC shows the show. */
  flows(nowMs: number): void {
    this.#failures = 0;
    this.#flowsSinceMs ??= nowMs;
    if (nowMs - this.#flowsSinceMs > GOOD_MS) this.#attempts = 0;
  }

  /** WebRTC does not any more. */
  stops(nowMs: number): void {
    if (this.#flowsSinceMs !== undefined && nowMs - this.#flowsSinceMs > GOOD_MS) this.#attempts = 0;
    this.#flowsSinceMs = undefined;
  }

  /**
   * What a failure of WebRTC leads to; undefined: it goes on by itself. `elsewhere`: LL-HLS comes from another server, which may
   * be there when this one is not.
   */
  take({ code, problem }: ClientFailure, elsewhere: boolean): HlsReason | undefined {
    if (code === "media.full") return "full";
    if (code === "media.codec_unsupported" || code === "media.no_common_codec") return "codec";
    if (problem !== undefined && problem.status < 500) return undefined;
    if (code === "media.connection_failed" || (code === "network.unreachable" && elsewhere))
      this.#failures += 1;
    // Without a server there is nothing to fall back to, and it may be restarting.
    else if (code === "network.unreachable") this.#failures = 0;
    return this.#failures >= FAILURES ? "blocked" : undefined;
  }

  /** Pause before the next attempt at WebRTC, ms; undefined: none by itself. */
  nextPauseMs(reason: HlsReason): number | undefined {
    if (reason === "chosen" || reason === "unsupported" || reason === "past") return undefined;
    const jitter = 0.75 + 0.5 * this.#random();
    if (reason === "codec" || reason === "preferred") return LONGEST_PAUSE_MS * jitter;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return pauseMs * jitter;
  }
}

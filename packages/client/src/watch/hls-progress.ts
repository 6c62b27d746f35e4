import type { WatchState } from "../types.ts";

/** A player that stood still for this long has stalled. */
const STALLED_MS = 1800;

/** Tells from an element's position whether the show plays. Pure: time is an argument. */
export class HlsProgress {
  #position: number | undefined;
  #movedAtMs: number | undefined;
  #lookedAtMs: number | undefined;

  /** The source is another: what comes next is its first frame. */
  restart(): void {
    this.#position = undefined;
    this.#movedAtMs = undefined;
    this.#lookedAtMs = undefined;
  }

  /**
   * `paused`: by the viewer, which is no stall. Returns the state, undefined before the first frame, and for how long the
   * picture stood still since the last look, ms.
   */
  take(
    position: number,
    nowMs: number,
    paused: boolean,
  ): { state: Extract<WatchState, "playing" | "reconnecting"> | undefined; frozenMs: number } {
    const sinceMs = nowMs - (this.#lookedAtMs ?? nowMs);
    const moved = this.#position !== undefined && position !== this.#position;
    this.#position = position;
    this.#lookedAtMs = nowMs;
    if (moved || (paused && this.#movedAtMs !== undefined)) this.#movedAtMs = nowMs;
    if (this.#movedAtMs === undefined) return { state: undefined, frozenMs: 0 };
    const stalled = nowMs - this.#movedAtMs > STALLED_MS;
    return { state: stalled ? "reconnecting" : "playing", frozenMs: moved || paused ? 0 : sinceMs };
  }
}

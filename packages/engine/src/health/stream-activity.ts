/** Silence after which a stream counts as stopped: this long ... */
const LEAST_MS = 1000;
/** ... or so many frames that did not come, whichever is later. */
const MISSED_FRAMES = 8;
/** Of a stream whose frame rate is not known yet. */
const ASSUMED_FRAMES_PER_SECOND = 10;

/** Whether frames of one stream come. */
export class StreamActivity {
  #mediaMs: number | undefined;
  #limitMs = Math.max(LEAST_MS, (MISSED_FRAMES * 1000) / ASSUMED_FRAMES_PER_SECOND);

  /** A packet came. */
  media(nowMs: number): void {
    this.#mediaMs = nowMs;
  }

  /** The frame rate while frames came; 0 leaves what was known. */
  setFramesPerSecond(framesPerSecond: number): void {
    if (framesPerSecond > 0) this.#limitMs = Math.max(LEAST_MS, (MISSED_FRAMES * 1000) / framesPerSecond);
  }

  /** Nothing has come for too long. */
  stopped(nowMs: number): boolean {
    return this.#silenceMs(nowMs) >= this.#limitMs;
  }

  /** Something came so lately that it is no question whether the stream goes on. */
  fresh(nowMs: number): boolean {
    return this.#silenceMs(nowMs) < this.#limitMs / 2;
  }

  #silenceMs(nowMs: number): number {
    return this.#mediaMs === undefined ? Number.POSITIVE_INFINITY : nowMs - this.#mediaMs;
  }
}

/** Slots of the window and how long each is, ms: long enough that a keyframe now and then does not look like a faster stream. */
const SLOTS = 20;
const SLOT_MS = 100;
/** Rates over less than this say little. */
const LEAST_MS = 400;

/** Bits and frames per second of one stream over the last two seconds. Allocates nothing after its creation. */
export class RateWindow {
  readonly #bytes = new Float64Array(SLOTS);
  readonly #frames = new Uint16Array(SLOTS);
  #slot = 0;
  #startedMs: number | undefined;

  /** Counts a packet of `bytes`; `marker` ends a frame. */
  count(nowMs: number, bytes: number, marker: boolean): void {
    this.#startedMs ??= nowMs;
    this.#advance(nowMs);
    const index = this.#slot % SLOTS;
    this.#bytes[index]! += bytes;
    if (marker) this.#frames[index]! += 1;
  }

  /** Bits per second; 0 while too little has come to tell. */
  bitrateBps(nowMs: number): number {
    return this.#perSecond(nowMs, this.#bytes) * 8;
  }

  /** 0 while too little has come to tell. */
  framesPerSecond(nowMs: number): number {
    return this.#perSecond(nowMs, this.#frames);
  }

  #perSecond(nowMs: number, counts: ArrayLike<number>): number {
    if (this.#startedMs === undefined) return 0;
    this.#advance(nowMs);
    // The slot under way is counted for as much of it as has passed.
    const windowMs = (SLOTS - 1) * SLOT_MS + (nowMs % SLOT_MS);
    const spanMs = Math.min(windowMs, nowMs - this.#startedMs);
    if (spanMs < LEAST_MS) return 0;
    let sum = 0;
    for (let index = 0; index < SLOTS; index++) sum += counts[index]!;
    return (sum * 1000) / spanMs;
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    if (slot - this.#slot >= SLOTS) {
      this.#bytes.fill(0);
      this.#frames.fill(0);
      this.#slot = slot;
    }
    while (this.#slot < slot) {
      this.#slot += 1;
      this.#bytes[this.#slot % SLOTS] = 0;
      this.#frames[this.#slot % SLOTS] = 0;
    }
  }
}

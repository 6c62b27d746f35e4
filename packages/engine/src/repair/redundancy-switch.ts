/** Above this share of lost packets each one is sent twice ... */
const ON_LOSS = 0.015;
/** ... until losses have been below this share ... */
const OFF_LOSS = 0.005;
/** ... for so long, ms. */
const OFF_AFTER_MS = 30_000;

/** Whether a viewer's audio is sent with redundancy (RED, RFC 2198): quickly on, slowly off. */
export class RedundancySwitch {
  #on = false;
  #calmSinceMs: number | undefined;

  get on(): boolean {
    return this.#on;
  }

  /** Takes the share of packets lost lately, 0..1; true when it should be on. */
  update(nowMs: number, lossRatio: number): boolean {
    if (lossRatio > ON_LOSS) this.#on = true;
    if (lossRatio >= OFF_LOSS) this.#calmSinceMs = undefined;
    else {
      this.#calmSinceMs ??= nowMs;
      if (nowMs - this.#calmSinceMs >= OFF_AFTER_MS) this.#on = false;
    }
    return this.#on;
  }
}

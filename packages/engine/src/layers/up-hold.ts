/** More must fit for so long, ms, before more is shown; twice as long each time the network forces it down again, up to the second. */
const HOLD_MS = 1000;
const MAX_HOLD_MS = 8000;
/** After so long without being forced down, ms, the network is trusted again. */
const CALM_MS = 20_000;

/** How far one slot may go up: as far as the estimate has held, for the longer the more often it did not. */
export class UpHold {
  #holdMs = HOLD_MS;
  #moreSinceMs: number | undefined;
  /** Least that has fitted since then. */
  #least = 0;
  #forcedDownMs = Number.NEGATIVE_INFINITY;
  /** It has not been up again since it was forced down. */
  #isDescending = false;

  /** The rung that has fitted for long enough: `current`, or a higher one; `fits`: the one that does now. */
  held(nowMs: number, current: number, fits: number): number {
    if (fits <= current) {
      this.restart();
      return current;
    }
    this.#forgive(nowMs);
    this.#least = this.#moreSinceMs === undefined ? fits : Math.min(this.#least, fits);
    this.#moreSinceMs ??= nowMs;
    return nowMs - this.#moreSinceMs >= this.#holdMs ? this.#least : current;
  }

  /** The network did not take what was shown. However many steps down follow each other, they are one occasion. */
  forcedDown(nowMs: number): void {
    this.#forgive(nowMs);
    if (!this.#isDescending) this.#holdMs = Math.min(MAX_HOLD_MS, this.#holdMs * 2);
    this.#isDescending = true;
    this.#forcedDownMs = nowMs;
  }

  /** More is shown than before. */
  wentUp(): void {
    this.#isDescending = false;
  }

  /** Something else is shown: more has to prove itself anew. */
  restart(): void {
    this.#moreSinceMs = undefined;
  }

  #forgive(nowMs: number): void {
    if (nowMs - this.#forcedDownMs <= CALM_MS) return;
    this.#holdMs = HOLD_MS;
    this.#isDescending = false;
  }
}

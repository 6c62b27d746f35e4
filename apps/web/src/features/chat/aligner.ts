/** Something that belongs to a moment of the show. */
export interface Moment<Value> {
  /** Room time, ms since 1970 on the server's clock. */
  atUnixMs: number;
  value: Value;
}

/**
 * As far as events are held back for a picture that comes later. Who has gone back further than this in the show reads
 * the chat as it is now.
 */
export const HELD_MS = 20_000;
/** Moments held at most; beyond, the oldest are shown before their picture. */
export const HELD_MOST = 5_000;

/** Holds events back until the picture of their time is on screen. Order is kept. */
export class Aligner<Value> {
  #held: Moment<Value>[] = [];

  get size(): number {
    return this.#held.length;
  }

  hold(moment: Moment<Value>): void {
    this.#held.push(moment);
  }

  /**
   * What may be shown now, oldest first. `captureUnixMs`: capture time of the picture on screen; null: there is none to
   * wait for. `nowUnixMs`: the server's time now.
   */
  release(captureUnixMs: number | null, nowUnixMs: number): Value[] {
    if (this.#held.length === 0) return [];
    const behind = captureUnixMs === null ? 0 : nowUnixMs - captureUnixMs;
    const waits = captureUnixMs !== null && behind > 0 && behind <= HELD_MS;
    const due = waits ? this.#dueAt(captureUnixMs) : this.#held.length;
    return this.#held.splice(0, Math.max(due, this.#held.length - HELD_MOST)).map(({ value }) => value);
  }

  /** How many are due: up to the last whose time has come, so that none overtakes another. */
  #dueAt(captureUnixMs: number): number {
    const next = this.#held.findIndex(({ atUnixMs }) => atUnixMs > captureUnixMs);
    return next === -1 ? this.#held.length : next;
  }
}

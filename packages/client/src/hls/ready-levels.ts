import { isSourceLevel } from "./level-id.ts";

export interface ReadyLevelsOptions {
  /** Whether the level with this playlist has what a player needs next. Asking for it has it made, where it is made on demand. */
  look(url: string, signal: AbortSignal): Promise<boolean>;
  nowMs(): number;
  /** Runs an action later; returns a function that calls it off. */
  after(delayMs: number, action: () => void): () => void;
}

/** A level that was there a moment ago is there still: the server goes on with it for 30 s after the last request. */
const STAYS_MS = 20_000;
const LOOK_EVERY_MS = 500;
/** Who does not repeat a wish has another one by now. */
const WISH_LASTS_MS = 3000;
/** A machine that has not made it in so long has no power left for it … */
const PATIENCE_MS = 30_000;
/** … and is left alone for so long. */
const REST_MS = 60_000;

interface Search {
  sinceMs: number;
  wantedAtMs: number;
  abort: AbortController;
  cancel: () => void;
}

/**
 * Which levels of a live show a player can turn to without a stop. A size that is made on demand, or a layer that the host
 * has paused, takes seconds to come: it is asked for while the player stays where it is.
 */
export class ReadyLevels {
  readonly #options: ReadyLevelsOptions;
  readonly #seenAtMs = new Map<string, number>();
  readonly #flowedAtMs = new Map<string, number>();
  readonly #searches = new Map<string, Search>();
  readonly #restUntilMs = new Map<string, number>();
  /** These bring gaps now. */
  readonly #lost = new Set<string>();

  constructor(options: ReadyLevelsOptions) {
    this.#options = options;
  }

  /** It plays on; players that are elsewhere may have nothing to begin with. */
  flows(url: string): void {
    this.#flowedAtMs.set(url, this.#options.nowMs());
  }

  /** It plays: it is there. */
  seen(url: string): void {
    this.flows(url);
    this.#seenAtMs.set(url, this.#options.nowMs());
    this.#lost.delete(url);
    this.#stop(url);
  }

  /** It brings nothing any more. */
  lost(url: string): void {
    this.#seenAtMs.delete(url);
    this.#flowedAtMs.delete(url);
    this.#lost.add(url);
  }

  isReady(url: string): boolean {
    return this.#isRecent(this.#seenAtMs.get(url));
  }

  /** Whether it was looked for in vain a moment ago. */
  isResting(url: string): boolean {
    return this.#options.nowMs() < (this.#restUntilMs.get(url) ?? Number.NEGATIVE_INFINITY);
  }

  /** It cannot be had: it is left alone for a while. */
  refused(url: string): void {
    this.#seenAtMs.delete(url);
    this.#giveUp(url);
  }

  /** Has it made ready. To be repeated for as long as it is wanted. */
  want(url: string): void {
    if (this.isReady(url) || this.isResting(url)) return;
    const nowMs = this.#options.nowMs();
    const search = this.#searches.get(url);
    if (search !== undefined) {
      search.wantedAtMs = nowMs;
      // Also where nothing answers.
      if (nowMs - search.sinceMs > PATIENCE_MS) this.#giveUp(url);
      return;
    }
    const begun = { sinceMs: nowMs, wantedAtMs: nowMs, abort: new AbortController(), cancel: () => {} };
    this.#searches.set(url, begun);
    void this.#look(url, begun);
  }

  /**
   * The level to go on with, of those with playlists `urls` (undefined: not this one), worst first: `wanted` if it is ready, or nothing is
   * known; else `current`, or the nearest that is ready, or the best that the host sends, or a smaller one, while `wanted` is made ready.
   */
  instead(urls: readonly (string | undefined)[], wanted: number, current: number): number {
    const url = urls[wanted];
    if (url === undefined || this.isReady(url)) return wanted;
    const flows = this.#isRecent(this.#flowedAtMs.get(urls[current] ?? ""));
    if (flows && wanted === current) return current;
    const ready = urls.flatMap((each, index) => (each !== undefined && this.isReady(each) ? [index] : []));
    if (ready.length === 0 && !flows && !this.#lost.has(url)) return wanted;
    this.want(url);
    if (ready.length === 0) {
      if (flows) return current;
      const isHopeful = (each: string | undefined) => each !== undefined && !this.#lost.has(each);
      const sent = urls.findLastIndex((each) => isHopeful(each) && isSourceLevel(each!));
      if (sent >= 0) return sent;
      const smaller = urls.findLastIndex((each, at) => at < wanted && isHopeful(each));
      return smaller < 0 ? wanted : smaller;
    }
    if (ready.includes(current)) return current;
    return ready.reduce((best, each) => (Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best));
  }

  close(): void {
    for (const url of [...this.#searches.keys()]) this.#stop(url);
  }

  async #look(url: string, search: Search): Promise<void> {
    const { look, nowMs, after } = this.#options;
    const isThere = await look(url, search.abort.signal).catch(() => false);
    if (this.#searches.get(url) !== search) return;
    const atMs = nowMs();
    if (isThere) this.seen(url);
    else if (atMs - search.sinceMs > PATIENCE_MS) this.#giveUp(url);
    else if (atMs - search.wantedAtMs > WISH_LASTS_MS) this.#stop(url);
    else search.cancel = after(LOOK_EVERY_MS, () => void this.#look(url, search));
  }

  #isRecent(atMs: number | undefined): boolean {
    return atMs !== undefined && this.#options.nowMs() - atMs < STAYS_MS;
  }

  #giveUp(url: string): void {
    this.#restUntilMs.set(url, this.#options.nowMs() + REST_MS);
    this.#stop(url);
  }

  #stop(url: string): void {
    const search = this.#searches.get(url);
    this.#searches.delete(url);
    search?.cancel();
    search?.abort.abort();
  }
}

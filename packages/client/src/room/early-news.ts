/** More than this is not kept: the newest words count. */
const MAX_WAITING = 500;

/**
 * What a server says between letting a client in and telling it what there is. The snapshot may have been read before it, so it counts
 * after the snapshot; else a show that begins in that moment would never begin for who came in then.
 */
export class EarlyNews {
  #waiting: (() => void)[] | null = [];

  /** A connection is made anew: news wait for its snapshot. */
  wait(): void {
    this.#waiting = [];
  }

  /** Runs `news` now, or behind the snapshot. */
  take(news: () => void): void {
    if (this.#waiting === null) {
      news();
      return;
    }
    this.#waiting.push(news);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  /** The snapshot has been taken: all that waits, in order, and from here on at once. */
  release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const news of waiting) news();
  }
}

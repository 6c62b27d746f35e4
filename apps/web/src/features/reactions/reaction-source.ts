import type { RoomConnection } from "@sameroom/client";
import type { ReactionEmoji } from "./reaction-bar.tsx";

/** So many of this emoji, to be shown now. */
export type Burst = { emoji: string; count: number };

/** One's own taps come back with everybody's; what did not after this long does not any more. */
const OWN_BACK_MS = 5_000;

/** Everybody's reactions, one's own at the tap and not a second time when the room tells them. */
export class ReactionSource {
  readonly #connection: RoomConnection;
  readonly #captureUnixMs: () => number | null;
  readonly #now: () => number;
  readonly #own = new Map<string, { count: number; atMs: number }>();
  readonly #listeners = new Set<(burst: Burst) => void>();
  readonly #off: () => void;

  constructor(connection: RoomConnection, captureUnixMs: () => number | null, now: () => number = Date.now) {
    this.#connection = connection;
    this.#captureUnixMs = captureUnixMs;
    this.#now = now;
    this.#off = connection.on("reactions", (counts) => {
      for (const [emoji, count] of Object.entries(counts))
        this.#tell({ emoji, count: this.#others(emoji, count) });
    });
  }

  /** Called for each burst; a count of zero is never told. */
  listen(listener: (burst: Burst) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  react(emoji: ReactionEmoji): void {
    this.#connection.react(emoji, this.#captureUnixMs());
    this.#own.set(emoji, { count: (this.#own.get(emoji)?.count ?? 0) + 1, atMs: this.#now() });
    this.#tell({ emoji, count: 1 });
  }

  close(): void {
    this.#off();
    this.#listeners.clear();
    this.#own.clear();
  }

  #others(emoji: string, count: number): number {
    const own = this.#own.get(emoji);
    if (!own || this.#now() - own.atMs > OWN_BACK_MS) {
      this.#own.delete(emoji);
      return count;
    }
    const known = Math.min(own.count, count);
    this.#own.set(emoji, { ...own, count: own.count - known });
    return count - known;
  }

  #tell(burst: Burst): void {
    if (burst.count > 0) for (const listener of this.#listeners) listener(burst);
  }
}

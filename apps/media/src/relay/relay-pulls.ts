import type { StageVisitor } from "@sameroom/contract";
import { RelayPull, type RelayPullOptions } from "./relay-pull.ts";

/** Hosts taken from other workers, at most. */
const MAX_PULLS = 64;

/** The hosts of other workers that stages here show, each brought once. */
export class RelayPulls {
  readonly #options: Omit<RelayPullOptions, "visitor">;
  readonly #wanted = new Map<string, readonly StageVisitor[]>();
  readonly #pulls = new Map<string, RelayPull>();

  constructor(options: Omit<RelayPullOptions, "visitor">) {
    this.#options = options;
  }

  get open(): number {
    return this.#pulls.size;
  }

  /** Whom a room's stage shows of other rooms; none: it is over. */
  set(room: string, visitors: readonly StageVisitor[]): void {
    this.#wanted.delete(room);
    if (visitors.length > 0) this.#wanted.set(room, visitors);
    const wanted = new Map([...this.#wanted.values()].flat().map((visitor) => [keyOf(visitor), visitor]));
    for (const [key, pull] of this.#pulls)
      if (!wanted.has(key)) {
        this.#pulls.delete(key);
        pull.close();
      }
    for (const [key, { from, ...visitor }] of wanted) {
      if (from === null || this.#pulls.has(key) || this.#pulls.size >= MAX_PULLS) continue;
      this.#pulls.set(key, new RelayPull({ ...this.#options, visitor: { ...visitor, from } }));
    }
  }

  close(): void {
    for (const pull of this.#pulls.values()) pull.close();
    this.#pulls.clear();
  }
}

function keyOf({ room, participant, from }: StageVisitor): string {
  return `${room} ${participant} ${from}`;
}

import type { StageVisitor } from "@sameroom/contract";
import { RelayPull, type RelayPullOptions } from "./relay-pull.ts";

/** Hosts taken from other workers, at most. */
const MAX_PULLS = 64;

export interface RelayPullsOptions extends Omit<RelayPullOptions, "visitor"> {
  /** Whether anybody is in the room on this worker who would see them: a viewer, a host, a program. */
  isUsed(room: string): boolean;
}

/**
 * The hosts of other workers that stages here show, each brought once, and only while somebody here is in a room that shows them: all
 * workers get the orders of all rooms.
 */
export class RelayPulls {
  readonly #options: RelayPullsOptions;
  readonly #ordered = new Map<string, readonly StageVisitor[]>();
  #used: ReadonlySet<string> = new Set();
  readonly #pulls = new Map<string, RelayPull>();

  constructor(options: RelayPullsOptions) {
    this.#options = options;
  }

  get open(): number {
    return this.#pulls.size;
  }

  /** Whom a room's stage shows of other rooms; none: it is over. */
  set(room: string, visitors: readonly StageVisitor[]): void {
    this.#ordered.delete(room);
    if (visitors.length > 0) this.#ordered.set(room, visitors);
    this.refresh();
  }

  /** Somebody is in a room here. */
  entered(room: string): void {
    if (this.#ordered.has(room) && !this.#used.has(room)) this.refresh();
  }

  /** Brings whom somebody would see now, and lets go of the others. Also once in a while, for rooms that everybody has left. */
  refresh(): void {
    this.#used = new Set([...this.#ordered.keys()].filter((room) => this.#options.isUsed(room)));
    const visitors = [...this.#used].flatMap((room) => this.#ordered.get(room) ?? []);
    const wanted = new Map(visitors.map((visitor) => [keyOf(visitor), visitor]));
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

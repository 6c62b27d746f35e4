import type { CommandInput } from "@sameroom/contract";
import type { Environment } from "../environment.ts";

type Reaction = CommandInput<"reaction.send">;

/** Taps go out together this often; an animation does not show the difference, the server's rate limit does. */
const EVERY_MS = 250;
/** Most that one command may carry. */
const MAX_COUNT = 20;

/** Gathers somebody's taps, so that a tapping thumb is a command now and then. */
export class ReactionGatherer {
  readonly #environment: Environment;
  readonly #send: (reaction: Reaction) => void;
  readonly #waiting = new Map<Reaction["emoji"], Reaction>();
  #cancel: (() => void) | null = null;

  constructor(environment: Environment, send: (reaction: Reaction) => void) {
    this.#environment = environment;
    this.#send = send;
  }

  /** The first tap goes out at once. */
  add(emoji: Reaction["emoji"], captureUnixMs: number | null): void {
    const count = Math.min((this.#waiting.get(emoji)?.count ?? 0) + 1, MAX_COUNT);
    this.#waiting.set(emoji, { emoji, count, captureUnixMs });
    if (this.#cancel === null) this.#flush();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting.clear();
  }

  #flush(): void {
    this.#cancel = null;
    if (this.#waiting.size === 0) return;
    for (const reaction of this.#waiting.values()) this.#send(reaction);
    this.#waiting.clear();
    this.#cancel = this.#environment.after(EVERY_MS, () => this.#flush());
  }
}

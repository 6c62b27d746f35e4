import type { Environment } from "../environment.ts";
import { sizesIn } from "../hls/sizes-in.ts";
import { within } from "../http/within.ts";

/** After these times the playlist is looked at: an upload finds its speed within seconds. The last one repeats. */
const LOOKS_MS = [5000, 15_000, 60_000] as const;
const ASK_TIMEOUT_MS = 5000;

export interface NewSizesOptions {
  environment: Environment;
  /** Address of the multivariant playlist, as it is now. */
  playlist(): string;
  /** Ids of the sizes the player has; undefined while it should be left alone. */
  listed(): readonly string[] | undefined;
  /** The show comes in a size now that the player does not know. */
  onNew(): void;
}

/**
 * Looks for sizes of the picture that were not there when the player read its multivariant playlist, which it does once: who
 * comes in a show's first seconds would stay with the smallest.
 */
export class NewSizes {
  readonly #options: NewSizesOptions;
  /** A player was opened for these: what it does not list it cannot play. */
  readonly #tried = new Set<string>();
  #looks = 0;
  #cancel: () => void = () => {};
  /** Counts players; what was asked for an older one is not heard. */
  #player = 0;

  constructor(options: NewSizesOptions) {
    this.#options = options;
  }

  /** Another player has read the playlist. */
  restart(): void {
    this.stop();
    this.#looks = 0;
    this.#lookLater();
  }

  stop(): void {
    this.#cancel();
    this.#player += 1;
  }

  #lookLater(): void {
    const { environment } = this.#options;
    const delayMs = LOOKS_MS[Math.min(this.#looks, LOOKS_MS.length - 1)]!;
    this.#looks += 1;
    // Spread, so that an audience does not ask together.
    this.#cancel = environment.after(delayMs * (0.75 + environment.random() / 2), () => void this.#look());
  }

  async #look(): Promise<void> {
    const player = this.#player;
    const { environment, playlist, listed, onNew } = this.#options;
    const offered = await within(environment, ASK_TIMEOUT_MS, async (signal) => {
      const answer = await environment.fetch(playlist(), { signal });
      return answer.ok ? sizesIn(await answer.text()) : [];
    }).catch(() => []);
    if (player !== this.#player) return;
    const known = listed();
    // A player that names no sizes chooses by itself.
    const isNew = offered.some((id) => !known?.includes(id) && !this.#tried.has(id));
    if (known === undefined || known.length === 0 || !isNew) return this.#lookLater();
    for (const id of offered) this.#tried.add(id);
    onNew();
  }
}

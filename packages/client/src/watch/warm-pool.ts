import type { Environment } from "../environment.ts";
import type { WhepWatch } from "./watch.ts";

const MAX_WARM = 2;
/** The server closes unused warm sessions after 30 s; we do a little earlier. */
const WARM_MS = 25_000;

interface Warm {
  watch: WhepWatch;
  cancel: () => void;
}

/** Watches that were connected before anybody clicked. */
export class WarmPool {
  readonly #environment: Environment;
  readonly #open: (room: string) => WhepWatch;
  readonly #warm = new Map<string, Warm>();
  #closed = false;

  constructor(environment: Environment, open: (room: string) => WhepWatch) {
    this.#environment = environment;
    this.#open = open;
  }

  /** Connects to the room, paused. Does nothing when it is warm already. */
  warmUp(room: string): void {
    if (this.#closed || this.#warm.has(room)) return;
    const watch = this.#open(room);
    const cancel = this.#environment.after(WARM_MS, () => this.#drop(room));
    this.#warm.set(room, { watch, cancel });
    watch.on("state", (state) => {
      if (state === "failed" && this.#warm.get(room)?.watch === watch) this.#drop(room);
    });
    // The pointer moved on: the oldest is the least likely to be clicked.
    if (this.#warm.size > MAX_WARM) this.#drop(this.#warm.keys().next().value!);
  }

  /** The warm watch of a room, resumed, or undefined. It is the caller's from now on. */
  take(room: string): WhepWatch | undefined {
    const entry = this.#warm.get(room);
    if (entry === undefined) return undefined;
    this.#warm.delete(room);
    entry.cancel();
    entry.watch.resume();
    return entry.watch;
  }

  close(): void {
    this.#closed = true;
    for (const room of [...this.#warm.keys()]) this.#drop(room);
  }

  #drop(room: string): void {
    const entry = this.#warm.get(room);
    this.#warm.delete(room);
    entry?.cancel();
    entry?.watch.close();
  }
}

import { toError } from "./errors.ts";

/** Event name -> listener arguments: `type RoomEvents = { "guest.joined": [Guest] }`. */
export type EventMap = Record<string, unknown[]>;

type Listener = (...args: unknown[]) => void;

/** Typed events. One listener's error never reaches the emitter or the other listeners: it goes to the error hook. */
export class Emitter<Events extends EventMap> {
  readonly #listeners = new Map<keyof Events, Set<{ call: Listener }>>();
  readonly #onError: (error: Error, event: string) => void;

  /** `onError` is told of each listener that throws; a hook that throws itself is ignored. */
  constructor(onError: (error: Error, event: string) => void = () => {}) {
    this.#onError = onError;
  }

  /** Calls `listener` on each `event` until the returned function is called (idempotent). */
  on<Name extends keyof Events & string>(event: Name, listener: (...args: Events[Name]) => void): () => void {
    const entry = { call: listener as unknown as Listener };
    const entries = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, entries);
    entries.add(entry);
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#listeners.get(event) === entries) this.#listeners.delete(event);
    };
  }

  /** Like {@link on}, for the next event only. */
  once<Name extends keyof Events & string>(
    event: Name,
    listener: (...args: Events[Name]) => void,
  ): () => void {
    const off = this.on(event, (...args) => {
      off();
      listener(...args);
    });
    return off;
  }

  /** Calls those who listen now, in the order they came. Listeners removed meanwhile are not called. Never throws. */
  emit<Name extends keyof Events & string>(event: Name, ...args: Events[Name]): void {
    const entries = this.#listeners.get(event);
    if (entries === undefined) return;
    for (const entry of [...entries]) {
      if (!entries.has(entry)) continue;
      try {
        entry.call(...args);
      } catch (thrown) {
        this.#report(thrown, event);
      }
    }
  }

  /** How many listeners `event` has, or all events together. */
  listenerCount(event?: keyof Events & string): number {
    if (event !== undefined) return this.#listeners.get(event)?.size ?? 0;
    let count = 0;
    for (const entries of this.#listeners.values()) count += entries.size;
    return count;
  }

  /** Forgets every listener. */
  clear(): void {
    for (const entries of this.#listeners.values()) entries.clear();
    this.#listeners.clear();
  }

  #report(thrown: unknown, event: string): void {
    try {
      this.#onError(toError(thrown), event);
    } catch {
      // The hook is the last resort: there is nobody left to tell.
    }
  }
}

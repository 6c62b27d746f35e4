import { toError } from "./errors.ts";

/** What can be closed; closing twice is fine. */
export interface Closable {
  close(reason?: string): void | Promise<void>;
}

/** Owns what must be closed together: children, listeners, timers. Closes in reverse order of `own`. */
export class Disposer implements Closable {
  #owned: Closable[] = [];
  #closing: Promise<void> | undefined;
  #reason: string | undefined;
  readonly #onError: (error: Error) => void;

  /** `onError` is told of each part that fails to close; the others are closed all the same. */
  constructor(onError: (error: Error) => void = () => {}) {
    this.#onError = onError;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** How many parts are owned now. */
  get size(): number {
    return this.#owned.length;
  }

  /** Closes `part` (or calls it) with this disposer and returns it. When already closed, closes it at once. */
  own<Part extends Closable | ((reason?: string) => void | Promise<void>)>(part: Part): Part {
    const closable: Closable = typeof part === "function" ? { close: part } : part;
    if (this.#closing === undefined) this.#owned.push(closable);
    else void this.#closeOne(closable);
    return part;
  }

  /** Stops owning `part` without closing it (it was closed on its own). */
  disown(part: Closable | ((reason?: string) => void | Promise<void>)): void {
    this.#owned = this.#owned.filter((owned) => owned !== part && owned.close !== part);
  }

  /**
   * Closes everything, last owned first, each after the one before is done. Parts that close synchronously are
   * closed before this returns. Never rejects; a second call returns the first one's promise.
   */
  close(reason?: string): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const { promise, resolve } = withResolvers();
    this.#closing = promise;
    this.#reason = reason;
    const owned = this.#owned.reverse();
    this.#owned = [];
    this.#closeFrom(owned, 0, resolve);
    return promise;
  }

  #closeFrom(owned: readonly Closable[], start: number, done: () => void): void {
    for (let index = start; index < owned.length; index++) {
      const pending = this.#closeOne(owned[index]!);
      if (pending === undefined) continue;
      void pending.then(() => this.#closeFrom(owned, index + 1, done));
      return;
    }
    done();
  }

  #closeOne(closable: Closable): Promise<void> | undefined {
    try {
      const pending = closable.close(this.#reason);
      if (pending === undefined) return undefined;
      return Promise.resolve(pending).catch((thrown: unknown) => this.#report(thrown));
    } catch (thrown) {
      this.#report(thrown);
      return undefined;
    }
  }

  #report(thrown: unknown): void {
    try {
      this.#onError(toError(thrown));
    } catch {
      // Closing goes on whatever the hook does.
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

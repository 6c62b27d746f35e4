/** How long something deleted can be taken back. */
export const UNDO_MS = 6_000;

export interface PendingDeletesOptions {
  /** Really deletes it. `leaving`: nothing after this call is sure to run. */
  remove: (id: string, leaving: boolean) => void;
  /** What waits to be deleted has changed. */
  onChange: (waiting: ReadonlySet<string>) => void;
  timers?: { setTimeout: (act: () => void, ms: number) => unknown; clearTimeout: (timer: never) => void };
}

/** Deletes after a while, so that it can be taken back; or at once when the page is left. */
export class PendingDeletes {
  readonly #options: PendingDeletesOptions;
  readonly #timers: NonNullable<PendingDeletesOptions["timers"]>;
  readonly #waiting = new Map<string, unknown>();

  constructor(options: PendingDeletesOptions) {
    this.#options = options;
    this.#timers = options.timers ?? {
      setTimeout: (act, ms) => setTimeout(act, ms),
      clearTimeout: (timer) => clearTimeout(timer),
    };
  }

  /** Again for what waits already changes nothing. */
  schedule(id: string): void {
    if (this.#waiting.has(id)) return;
    this.#waiting.set(
      id,
      this.#timers.setTimeout(() => this.#take(id, false), UNDO_MS),
    );
    this.#tell();
  }

  /** false when it is too late. */
  undo(id: string): boolean {
    if (!this.#forget(id)) return false;
    this.#tell();
    return true;
  }

  /** The page is left: everything that waits is deleted now. */
  flush(): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id, true);
  }

  #take(id: string, leaving: boolean): void {
    if (!this.#forget(id)) return;
    this.#options.remove(id, leaving);
    this.#tell();
  }

  #forget(id: string): boolean {
    if (!this.#waiting.has(id)) return false;
    this.#timers.clearTimeout(this.#waiting.get(id) as never);
    return this.#waiting.delete(id);
  }

  #tell(): void {
    this.#options.onChange(new Set(this.#waiting.keys()));
  }
}

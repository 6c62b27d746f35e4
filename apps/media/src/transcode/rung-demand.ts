/** How long something is made after it was last asked for, ms. */
const defaultLingerMs = 30_000;

/**
 * What is made only while somebody watches: pure, time is an argument. `asked` on each request of a player,
 * `expired` now and then.
 */
export class RungDemand {
  readonly #lingerMs: number;
  readonly #askedMs = new Map<string, number>();

  constructor(options: { lingerMs?: number } = {}) {
    this.#lingerMs = options.lingerMs ?? defaultLingerMs;
  }

  /** What is wanted now. */
  get wanted(): string[] {
    return [...this.#askedMs.keys()];
  }

  /** Somebody asks for it. True when nobody did before: it is time to begin making it. */
  asked(id: string, nowMs: number): boolean {
    const isNew = !this.#askedMs.has(id);
    this.#askedMs.set(id, nowMs);
    return isNew;
  }

  /** What nobody asked for in a while: stop making it. Each is named once. */
  expired(nowMs: number): string[] {
    const over = [...this.#askedMs].filter(([, askedMs]) => nowMs - askedMs >= this.#lingerMs);
    for (const [id] of over) this.#askedMs.delete(id);
    return over.map(([id]) => id);
  }

  /** It cannot be made any more: the next one who asks begins anew. */
  forget(id: string): void {
    this.#askedMs.delete(id);
  }
}

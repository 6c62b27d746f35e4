/** A layer must have been unwanted for so long, ms, before it may rest. */
const REST_AFTER_MS = 10_000;

/**
 * Which layers of one publisher's picture anybody wants: shown to a viewer now, or about to be. Wanted at once, unwanted
 * after ten seconds, so that viewers who come and go do not start and stop an encoder. The lowest layer is always wanted.
 */
export class WantedLayers {
  readonly #byViewer = new Map<string, readonly number[]>();
  readonly #lastWantedMs = new Map<number, number>();

  /** Sources of the section, lowest first; a new one counts as wanted for the first ten seconds. */
  setSources(nowMs: number, sources: readonly number[]): void {
    for (const source of sources) if (!this.#lastWantedMs.has(source)) this.#lastWantedMs.set(source, nowMs);
    for (const source of this.#lastWantedMs.keys()) {
      if (!sources.includes(source)) this.#lastWantedMs.delete(source);
    }
  }

  /** What a viewer shows and desires; an empty list: nothing. */
  set(viewer: string, sources: readonly number[]): void {
    if (sources.length === 0) this.#byViewer.delete(viewer);
    else this.#byViewer.set(viewer, sources);
  }

  remove(viewer: string): void {
    this.#byViewer.delete(viewer);
  }

  /** The sources that need be sent now, in the order of `sources`. Ask about once a second. */
  wanted(nowMs: number, sources: readonly number[]): number[] {
    this.setSources(nowMs, sources);
    for (const wishes of this.#byViewer.values()) {
      for (const source of wishes) if (this.#lastWantedMs.has(source)) this.#lastWantedMs.set(source, nowMs);
    }
    return sources.filter(
      (source, index) => index === 0 || nowMs - (this.#lastWantedMs.get(source) ?? 0) < REST_AFTER_MS,
    );
  }
}

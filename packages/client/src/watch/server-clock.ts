import { clockSchema, MEDIA_PATHS } from "@sameroom/contract";
import type { Environment } from "../environment.ts";

const SAMPLES = 5;
const SAMPLE_GAP_MS = 120;
const REFRESH_MS = 30_000;

/** Knows the media node's clock: the sample with the shortest round trip of a few is the most exact. */
export class ServerClock {
  readonly #environment: Environment;
  readonly #mediaUrl: string;
  #offsetMs: number | undefined;
  #cancel: () => void = () => {};
  #closed = false;

  constructor(environment: Environment, mediaUrl: string) {
    this.#environment = environment;
    this.#mediaUrl = mediaUrl;
    void this.#refresh();
  }

  /** The node's time in ms since 1970, or null until it is known. */
  nowUnixMs(): number | null {
    return this.#offsetMs === undefined ? null : this.#environment.unixMs() + this.#offsetMs;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #refresh(): Promise<void> {
    let best: { roundTripMs: number; offsetMs: number } | undefined;
    for (let sample = 0; sample < SAMPLES && !this.#closed; sample++) {
      const measured = await this.#sample();
      if (measured !== undefined && (best === undefined || measured.roundTripMs < best.roundTripMs))
        best = measured;
      await new Promise<void>((resolve) => this.#environment.after(SAMPLE_GAP_MS, resolve));
    }
    if (this.#closed) return;
    if (best !== undefined) this.#offsetMs = best.offsetMs;
    this.#cancel = this.#environment.after(REFRESH_MS, () => void this.#refresh());
  }

  async #sample(): Promise<{ roundTripMs: number; offsetMs: number } | undefined> {
    const { nowMs, unixMs } = this.#environment;
    const startedMs = nowMs();
    try {
      const response = await this.#environment.fetch(`${this.#mediaUrl}${MEDIA_PATHS.clock}`, {
        cache: "no-store",
      });
      const parsed = clockSchema.safeParse(await response.json());
      if (!parsed.success) return undefined;
      const roundTripMs = nowMs() - startedMs;
      return { roundTripMs, offsetMs: parsed.data.unixMs + roundTripMs / 2 - unixMs() };
    } catch {
      return undefined;
    }
  }
}

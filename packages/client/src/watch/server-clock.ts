import type { Environment } from "../environment.ts";
import { PATHS } from "../http/addresses.ts";
import { parseClock } from "../http/answers.ts";
import { within } from "../http/within.ts";

const FIRST_SAMPLES = 5;
const LATER_SAMPLES = 3;
const SAMPLE_GAP_MS = 120;
const SAMPLE_TIMEOUT_MS = 2000;
const REFRESH_MS = 30_000;
const RETRY_MS = 5000;

/** Knows a media node's clock: of a few samples, the one with the shortest round trip is the most exact. */
export class ServerClock {
  readonly mediaUrl: string;
  readonly #environment: Environment;
  #offsetMs: number | undefined;
  #cancel: () => void = () => {};
  #closed = false;

  constructor(environment: Environment, mediaUrl: string) {
    this.#environment = environment;
    this.mediaUrl = mediaUrl;
    void this.#refresh(FIRST_SAMPLES);
  }

  /** The node's time in ms since 1970, or null until it is known. */
  nowUnixMs(): number | null {
    return this.#offsetMs === undefined ? null : this.#environment.unixMs() + this.#offsetMs;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #refresh(samples: number): Promise<void> {
    let best: { roundTripMs: number; offsetMs: number } | undefined;
    for (let sample = 0; sample < samples; sample++) {
      if (sample > 0) await this.#pause();
      const measured = await this.#sample();
      if (this.#closed) return;
      if (measured === undefined || (best !== undefined && measured.roundTripMs >= best.roundTripMs))
        continue;
      best = measured;
      // The first time, a rough idea now is better than a good one later.
      this.#offsetMs ??= measured.offsetMs;
    }
    if (best !== undefined) this.#offsetMs = best.offsetMs;
    const { after, random } = this.#environment;
    // Spread, so that an audience that came together does not ask together.
    const delayMs = best === undefined ? RETRY_MS : REFRESH_MS * (0.9 + 0.2 * random());
    this.#cancel = after(delayMs, () => void this.#refresh(LATER_SAMPLES));
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#cancel = this.#environment.after(SAMPLE_GAP_MS, resolve);
    });
  }

  async #sample(): Promise<{ roundTripMs: number; offsetMs: number } | undefined> {
    const { nowMs, unixMs, fetch } = this.#environment;
    const startedMs = nowMs();
    try {
      const serverUnixMs = await within(this.#environment, SAMPLE_TIMEOUT_MS, async (signal) => {
        const response = await fetch(`${this.mediaUrl}${PATHS.clock}`, { cache: "no-store", signal });
        return parseClock(await response.json());
      });
      if (serverUnixMs === undefined) return undefined;
      const roundTripMs = nowMs() - startedMs;
      return { roundTripMs, offsetMs: serverUnixMs + roundTripMs / 2 - unixMs() };
    } catch {
      return undefined;
    }
  }
}

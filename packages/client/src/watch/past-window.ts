import { HLS_BEGINS, withOpus } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { within } from "../http/within.ts";

const TIMEOUT_MS = 5000;
const INTERVAL_MS = 30_000;
const MAX_PLAYLIST = 1 << 20;
const TOLD_BY = `#EXT-X-SESSION-DATA:DATA-ID="${HLS_BEGINS}"`;

/** How far back LL-HLS reaches, for a viewer on WebRTC; asks for a small playlist now and then. */
export class PastWindow {
  readonly #environment: Environment;
  readonly #playlist: () => Promise<string | undefined>;
  #fromUnixMs: number | null = null;
  #cancel: () => void = () => {};
  #closed = false;

  /** `playlist`: address of the multivariant playlist, with a valid signature. */
  constructor(environment: Environment, playlist: () => Promise<string | undefined>) {
    this.#environment = environment;
    this.#playlist = playlist;
    void this.#look();
  }

  /** Capture time of the earliest picture, ms since 1970; null while there is none. */
  get fromUnixMs(): number | null {
    return this.#fromUnixMs;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    const { after, random } = this.#environment;
    this.#fromUnixMs = await within(this.#environment, TIMEOUT_MS, (signal) => this.#ask(signal)).catch(
      () => null,
    );
    if (!this.#closed) this.#cancel = after(INTERVAL_MS * (0.8 + 0.4 * random()), () => void this.#look());
  }

  async #ask(signal: AbortSignal): Promise<number | null> {
    const playlist = await this.#playlist();
    if (playlist === undefined) return null;
    // Nothing shall be made for who only asks.
    const answer = await this.#environment.fetch(withOpus(playlist), { signal });
    return answer.ok ? beginningIn((await answer.text()).slice(0, MAX_PLAYLIST)) : null;
  }
}

/** What a multivariant playlist tells of the show's beginning, ms since 1970; null: nothing. */
export function beginningIn(playlist: string): number | null {
  const line = playlist.split(/\r?\n/).find((each) => each.startsWith(TOLD_BY));
  const unixMs = Date.parse(/,VALUE="([^"]*)"/.exec(line ?? "")?.[1] ?? "");
  return Number.isNaN(unixMs) ? null : unixMs;
}

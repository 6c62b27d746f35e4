import type { Environment } from "../environment.ts";
import { within } from "../http/within.ts";

const TIMEOUT_MS = 5000;
const INTERVAL_MS = 30_000;
const MAX_PLAYLIST = 4 << 20;

/** How far back LL-HLS reaches, for a viewer on WebRTC; asks for two small playlists now and then. */
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
    const read = async (url: string) => {
      const answer = await this.#environment.fetch(url, { signal });
      return answer.ok ? (await answer.text()).slice(0, MAX_PLAYLIST) : "";
    };
    const media = firstAddressIn(await read(playlist));
    return media === undefined ? null : firstDateIn(await read(new URL(media, playlist).href));
  }
}

/** The first address in a playlist, or undefined. */
export function firstAddressIn(playlist: string): string | undefined {
  return playlist
    .split(/\r?\n/)
    .map((line) => line.trim())
    .find((line) => line !== "" && !line.startsWith("#"));
}

/** The first EXT-X-PROGRAM-DATE-TIME (RFC 8216 section 4.3.2.6), ms since 1970; null without one. */
export function firstDateIn(playlist: string): number | null {
  const date = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/m.exec(playlist)?.[1]?.trim();
  const unixMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(unixMs) ? null : unixMs;
}

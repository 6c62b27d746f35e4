import { validateMediaPlaylist, validateMultivariant } from "@sameroom/protocol";
import { expect } from "vitest";

/** A media playlist as its text tells it, as far as tests care. */
export interface PlaylistText {
  text: string;
  /** Number of the last complete segment; -1: none. */
  lastMsn: number;
  /** Parts of the segment that is not complete. */
  openParts: string[];
  /** Addresses of complete segments. */
  segments: string[];
  hint: string | undefined;
  isEnded: boolean;
}

/** A player without a screen: fetches playlists and media of a show the way LL-HLS players do. */
export class HlsPlayer {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  /** Every playlist that came, by address without query, in order. */
  readonly seen = new Map<string, string[]>();

  /** `base`: address of the multivariant playlist. */
  constructor(base: string, headers: Record<string, string> = {}) {
    this.#base = base;
    this.#headers = headers;
  }

  async get(relative: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(new URL(relative, this.#base), { headers: { ...this.#headers, ...headers } });
  }

  /** Addresses of renditions, of pictures first. */
  async renditions(): Promise<string[]> {
    const response = await this.get("");
    expect(response.status).toBe(200);
    const text = await response.text();
    this.#keep("index.m3u8", text);
    const sounds = [...text.matchAll(/#EXT-X-MEDIA:.*URI="([^"]+)"/g)].map((match) => match[1]!);
    const variants = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return [...new Set([...variants, ...sounds])];
  }

  async playlist(rendition: string, query = ""): Promise<PlaylistText> {
    const response = await this.get(`${rendition}${query}`);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status} ${text}`);
    if (!query.includes("_HLS_skip")) this.#keep(rendition, text);
    return readPlaylist(text);
  }

  /** Waits, the LL-HLS way, until `count` more segments are complete. */
  async follow(rendition: string, count: number): Promise<PlaylistText> {
    let playlist = await this.playlist(rendition);
    const until = playlist.lastMsn + count;
    while (playlist.lastMsn < until && !playlist.isEnded) {
      const next = `?_HLS_msn=${playlist.lastMsn + 1}&_HLS_part=${playlist.openParts.length}`;
      playlist = await this.playlist(rendition, next);
    }
    return playlist;
  }

  /** What RFC 8216bis finds wrong with all that came. */
  faults(): string[] {
    const faults: string[] = [];
    for (const [address, texts] of this.seen) {
      for (const [index, text] of texts.entries()) {
        const previous = index === 0 ? {} : { previous: texts[index - 1]! };
        const found =
          address === "index.m3u8"
            ? validateMultivariant(text)
            : validateMediaPlaylist(text, { lowLatency: true, ...previous });
        faults.push(...found.map((fault) => `${address}: ${fault}`));
      }
    }
    return faults;
  }

  #keep(address: string, text: string): void {
    const texts = this.seen.get(address) ?? [];
    this.seen.set(address, texts);
    texts.push(text);
  }
}

export function readPlaylist(text: string): PlaylistText {
  const lines = text.split("\n");
  const segments = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
  const skipped = Number(/SKIPPED-SEGMENTS=(\d+)/.exec(text)?.[1] ?? 0);
  const lastUri = lines.lastIndexOf(segments.at(-1) ?? "");
  const openParts = lines
    .slice(lastUri + 1)
    .flatMap((line) => /^#EXT-X-PART:.*URI="([^"]+)"/.exec(line)?.[1] ?? []);
  return {
    text,
    segments,
    openParts,
    lastMsn: first + skipped + segments.length - 1,
    hint: /#EXT-X-PRELOAD-HINT:.*URI="([^"]+)"/.exec(text)?.[1],
    isEnded: text.includes("#EXT-X-ENDLIST"),
  };
}

/** The id of the size behind a media playlist's address: `…/v-h/index.m3u8` is `h`; `fallback` where it says nothing. */
export function levelIdOf(url: string, fallback: string): string {
  const folder = /\/([^/?#]+)\/[^/?#]*(?:[?#].*)?$/.exec(url)?.[1];
  return folder === undefined ? fallback : folder.replace(/^v-/, "");
}

/** Whether a media playlist's address is of a size that the host sends (`v-…`), and not of one that is made of it. */
export function isSourceLevel(url: string): boolean {
  return /\/v-[^/?#]+\/[^/?#]*(?:[?#].*)?$/.test(url);
}

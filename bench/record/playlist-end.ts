/** Where the first rendition behind a multivariant playlist ends, with its open parts, ms since 1970 of capture time. */
export async function playlistEnd(multivariant: string): Promise<number> {
  return endOf(await firstMedia(multivariant));
}

async function firstMedia(multivariant: string): Promise<string> {
  const text = await load(multivariant);
  const uri = text.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  if (uri === undefined) throw new Error(`no rendition:\n${text}`);
  return load(new URL(uri, multivariant).href);
}

async function load(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** Reads it off a media playlist: the last date, and the durations of all segments and open parts behind it. */
export function endOf(playlist: string): number {
  let endMs = Number.NaN;
  let openMs = 0;
  let dateMs: number | undefined;
  for (const line of playlist.split("\n")) {
    const date = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/.exec(line)?.[1];
    if (date !== undefined) {
      dateMs = Date.parse(date);
      endMs = dateMs;
      openMs = 0;
    }
    const part = /^#EXT-X-PART:.*?DURATION=([\d.]+)/.exec(line)?.[1];
    if (part !== undefined) openMs += Number(part) * 1000;
    const segment = /^#EXTINF:([\d.]+)/.exec(line)?.[1];
    if (segment !== undefined) {
      endMs += Number(segment) * 1000;
      openMs = 0;
    }
  }
  if (Number.isNaN(endMs)) throw new Error("the playlist has no dates");
  return endMs + openMs;
}

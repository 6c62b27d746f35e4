import { HLS_SPARSE } from "@sameroom/contract";
import { isSourceLevel, levelIdOf } from "./level-id.ts";

/** Ids of the sizes that a multivariant playlist offers at the live edge, each once, in its order. */
export function sizesIn(playlist: string): string[] {
  const addresses = variantsIn(playlist).map(({ address }) => address);
  const isHidden = (address: string) => hidesSource(addresses, isSparse(playlist)) && isSourceLevel(address);
  const ids = addresses.map((address, at) => ({ address, id: levelIdOf(address, String(at)) }));
  return [...new Set(ids.flatMap(({ address, id }) => (isHidden(address) ? [] : [id])))];
}

/** Addresses, as they are in the playlist, of a show's sounds, in its order: what the host sends first. */
export function soundsIn(playlist: string): string[] {
  const lines = playlist.split(/\r?\n/).filter((line) => /^#EXT-X-MEDIA:(?:.*,)?TYPE=AUDIO/.test(line));
  return lines.flatMap((line) => /[:,]URI="([^"]+)"/.exec(line)?.[1] ?? []);
}

/** Address, as it is in the playlist, of the size that players begin with and that is only made when they ask; undefined: there is what they begin with. */
export function madeAtFirst(playlist: string): string | undefined {
  if (!isSparse(playlist)) return undefined;
  const made = variantsIn(playlist).filter(({ address }) => !isSourceLevel(address));
  return made.sort((left, right) => left.bandwidth - right.bandwidth)[0]?.address;
}

/** Whether something of a media playlist can be played. */
export function hasMedia(playlist: string): boolean {
  return /^#EXTINF:|^#EXT-X-PART:(?!.*GAP=YES)/m.test(playlist);
}

/** Whether viewers shall not choose the host's own picture: it has too few keyframes (`isSparse`), and others are made of it. */
export function hidesSource(addresses: readonly string[], isSparse: boolean): boolean {
  return isSparse && !addresses.every(isSourceLevel);
}

/** `bandwidth`: bits a second. */
function variantsIn(playlist: string): { address: string; bandwidth: number }[] {
  const lines = playlist.split(/\r?\n/);
  return lines.flatMap((address, at) => {
    const tag = lines[at - 1];
    if (address === "" || address.startsWith("#") || !tag?.startsWith("#EXT-X-STREAM-INF:")) return [];
    return [{ address, bandwidth: Number(/[:,]BANDWIDTH=(\d+)/.exec(tag)?.[1] ?? 0) }];
  });
}

function isSparse(playlist: string): boolean {
  return playlist.includes(`DATA-ID="${HLS_SPARSE}"`);
}

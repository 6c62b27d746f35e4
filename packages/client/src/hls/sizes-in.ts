import { HLS_SPARSE } from "@sameroom/contract";
import { isSourceLevel, levelIdOf } from "./level-id.ts";

/** Ids of the sizes that a multivariant playlist offers at the live edge, each once, in its order. */
export function sizesIn(playlist: string): string[] {
  const lines = playlist.split(/\r?\n/);
  const addresses = lines.filter(
    (line, at) => line !== "" && !line.startsWith("#") && lines[at - 1]?.startsWith("#EXT-X-STREAM-INF:"),
  );
  const isSparse = playlist.includes(`DATA-ID="${HLS_SPARSE}"`);
  const isHidden = (address: string) => hidesSource(addresses, isSparse) && isSourceLevel(address);
  const ids = addresses.map((address, at) => ({ address, id: levelIdOf(address, String(at)) }));
  return [...new Set(ids.flatMap(({ address, id }) => (isHidden(address) ? [] : [id])))];
}

/** Whether viewers shall not choose the host's own picture: it has too few keyframes (`isSparse`), and others are made of it. */
export function hidesSource(addresses: readonly string[], isSparse: boolean): boolean {
  return isSparse && !addresses.every(isSourceLevel);
}

import { levelIdOf } from "./level-id.ts";

/** Ids of the sizes that a multivariant playlist offers, each once, in its order. */
export function sizesIn(playlist: string): string[] {
  const lines = playlist.split(/\r?\n/);
  const addresses = lines.filter(
    (line, at) => line !== "" && !line.startsWith("#") && lines[at - 1]?.startsWith("#EXT-X-STREAM-INF:"),
  );
  return [...new Set(addresses.map((address, at) => levelIdOf(address, String(at))))];
}

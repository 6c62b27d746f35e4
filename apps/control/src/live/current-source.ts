import type { Publisher } from "@sameroom/contract";
import type { Workers } from "../link/workers.ts";

/** The session a room's show comes from: the newest of its hosts'; null: none. */
export function currentSource(workers: Pick<Workers, "all">, slug: string): Publisher | null {
  const hosts = workers.all().flatMap(({ publishers }) => [...publishers.values()]);
  const here = hosts.filter(({ room, role }) => room === slug && role === "host");
  return here.sort((one, other) => other.sinceUnixMs - one.sinceUnixMs)[0] ?? null;
}

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { AnnouncedHost } from "@sameroom/contract";
import type { HostAddress } from "@sameroom/protocol";

/** An address told to peers; without a port, the one the wire listens on. */
export interface AnnouncedAddress {
  readonly address: string;
  readonly port: number | undefined;
}

/** What a name stands for, at most this many addresses of it. */
const MOST_ADDRESSES = 8;

/**
 * Names replaced by all their addresses, IPv4 first. Rejects with an error that says which name could not be resolved
 * and why.
 */
export async function resolveAnnounced(hosts: readonly AnnouncedHost[]): Promise<AnnouncedAddress[]> {
  const resolved = await Promise.all(hosts.map(resolveHost));
  const seen = new Set<string>();
  return resolved.flat().filter(({ address, port }) => {
    const key = `${address} ${port}`;
    return !seen.has(key) && seen.add(key);
  });
}

async function resolveHost({ host, port }: AnnouncedHost): Promise<AnnouncedAddress[]> {
  if (isIP(host) !== 0) return [{ address: host, port }];
  try {
    const found = await lookup(host, { all: true, order: "ipv4first" });
    return found.slice(0, MOST_ADDRESSES).map(({ address }) => ({ address, port }));
  } catch (error) {
    throw new Error(`SAMEROOM_ANNOUNCE: "${host}" cannot be resolved: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Our candidates: all addresses by UDP, then with `tcp` all by TCP. `port` is the wire's. */
export function hostAddresses(
  announced: readonly AnnouncedAddress[],
  { port, tcp }: { port: number; tcp: boolean },
): HostAddress[] {
  const by = (transport: "udp" | "tcp") =>
    announced.map((each) => ({ address: each.address, port: each.port ?? port, transport }));
  return tcp ? [...by("udp"), ...by("tcp")] : by("udp");
}

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer, type Server } from "node:net";

/** Why this machine cannot make networks, in words, or undefined when it can. */
export function whyNoNetworks(): string | undefined {
  if (process.platform !== "linux") return "network namespaces need Linux";
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  if (!existsSync("/dev/net/tun")) return "the kernel has no TUN devices (/dev/net/tun)";
  try {
    ip("-Version");
  } catch {
    return "ip is missing: apt-get install iproute2";
  }
  return undefined;
}

/** Runs `ip`. Throws with what it said. */
export function ip(...words: string[]): string {
  return execFileSync("ip", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Highest number of networks at a time on one machine: each has a /24 in 10.231.0.0/16. */
const MOST_NETWORKS = 254;

/** A number for one network on this machine, ours until `close` or the end of the process, however it ends. */
export interface Claim {
  number: number;
  close(): void;
}

/** Claims a number nobody has, and sweeps what a process that had it left behind. */
export async function claimNumber(): Promise<Claim> {
  for (let number = 1; number <= MOST_NETWORKS; number++) {
    const server = await listen(`\0sameroom-network-${number}`);
    if (server === undefined) continue;
    server.unref();
    for (const name of namespacesOf(number)) ip("netns", "delete", name);
    return { number, close: () => void server.close() };
  }
  throw new Error(`${MOST_NETWORKS} networks are in use`);
}

/** Name of the `index`th namespace of a network. */
export function namespaceName(number: number, index: number): string {
  return `sameroom-${number}-${index}`;
}

/** Those that exist. */
export function namespacesOf(number: number): string[] {
  if (!existsSync("/run/netns")) return [];
  return readdirSync("/run/netns").filter((name) => name.startsWith(`sameroom-${number}-`));
}

/** An abstract socket (unix(7)) is a lock that the kernel takes back when its owner dies. */
function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(name, () => resolve(server));
  });
}

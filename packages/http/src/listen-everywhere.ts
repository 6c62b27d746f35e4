import type { AddressInfo, Server } from "node:net";
import { ListenError } from "./listen-error.ts";

/**
 * Has a server of its own listen on each address, all on the same port (0: one the kernel chooses). Rejects with
 * {@link ListenError} when any of them cannot be had, with none left open.
 */
export async function listenEverywhere<AnyServer extends Server>(
  hosts: readonly string[],
  port: number,
  create: () => AnyServer,
): Promise<{ port: number; servers: AnyServer[] }> {
  const servers: AnyServer[] = [];
  let actual = port;
  for (const host of hosts) {
    const server = create();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host, port: actual, ipv6Only: true }, resolve);
      });
    } catch (error) {
      for (const open of servers) open.close();
      throw new ListenError(host, actual, error as NodeJS.ErrnoException);
    }
    servers.push(server);
    actual = (server.address() as AddressInfo).port;
  }
  return { port: actual, servers };
}

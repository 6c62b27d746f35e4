import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Http } from "./types.ts";

/** Listening failed; `code` is Node's (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
export class ListenError extends Error {
  readonly code: string;

  constructor(address: string, port: number, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${address} port ${port}: ${cause.message}`, { cause });
    this.name = "ListenError";
    this.code = cause.code ?? "";
  }
}

/**
 * Listens on each address. The first is the server's own; further ones hand their requests and upgrades on to it.
 * Returns the port (of use when `port` is 0) and what closes the further ones. Throws {@link ListenError}.
 */
export async function listen(
  http: Http,
  { bind, port }: { bind: readonly string[]; port: number },
): Promise<{ port: number; closeExtra: () => Promise<void> }> {
  const extra: Server[] = [];
  const closeExtra = async () => {
    await Promise.all(
      extra.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  };
  let bound = port;
  for (const [index, host] of bind.entries()) {
    try {
      if (index === 0) {
        await http.listen({ host, port, ipv6Only: true });
        bound = (http.server.address() as AddressInfo).port;
        continue;
      }
      const server = createServer();
      server.on("request", (request, response) => http.server.emit("request", request, response));
      server.on("upgrade", (request, socket, head) => http.server.emit("upgrade", request, socket, head));
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host, port: bound, ipv6Only: true }, resolve);
      });
      extra.push(server);
    } catch (error) {
      await closeExtra();
      throw new ListenError(host, bound, error as NodeJS.ErrnoException);
    }
  }
  return { port: bound, closeExtra };
}

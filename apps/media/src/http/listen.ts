import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";

/** Listeners of one application on one port. */
export interface Listening {
  readonly port: number;
  /** For what answers beside the application. */
  readonly servers: readonly Server[];
  close(): Promise<void>;
}

/** Listens on every address, all on the same port (0: one the kernel chooses). Rejects when any of them is taken. */
export async function listen(
  app: FastifyInstance,
  hosts: readonly string[],
  port: number,
): Promise<Listening> {
  await app.ready();
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.map(closeServer));
    await app.close();
  };
  let actual = port;
  try {
    for (const host of hosts) {
      const server = createServer((request, response) => app.routing(request, response));
      server.requestTimeout = REQUEST_TIMEOUT_MS;
      server.headersTimeout = REQUEST_TIMEOUT_MS;
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host, port: actual, ipv6Only: true }, resolve);
      });
      servers.push(server);
      actual = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { port: actual, servers, close };
}

/** A request that is not complete by then is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A player without low latency asks every few seconds: its connection is kept for the next time. */
const KEEP_ALIVE_MS = 30_000;

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

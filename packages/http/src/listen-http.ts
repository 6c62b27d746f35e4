import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { listenEverywhere } from "./listen-everywhere.ts";
import { createSecureHttpServer } from "./secure-server.ts";
import type { TlsCertificate } from "./tls-certificate.ts";

export interface ListenOptions {
  /** Addresses to listen on. */
  hosts: readonly string[];
  /** The same on all of them; 0: one the kernel chooses. */
  port: number;
  /** Serve TLS with it, HTTP/2 and HTTP/1.1; undefined: HTTP/1.1 in the clear. */
  certificate: TlsCertificate | undefined;
  /** A request that is not complete by then is cut off, ms. */
  requestTimeoutMs: number;
  /** How long a connection over HTTP/1.1 is kept for the next request, ms. */
  keepAliveMs: number;
  onRequest: RequestListener;
}

/** Listeners of one application on one port. */
export interface Listening {
  readonly port: number;
  /** For what answers beside the application: `request`, `upgrade` and `clientError` are theirs. */
  readonly servers: readonly Server[];
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Listens on every address, all on the same port. Rejects with {@link ListenError} when any of them cannot be had. */
export async function listenHttp(options: ListenOptions): Promise<Listening> {
  const { certificate, requestTimeoutMs, keepAliveMs, onRequest } = options;
  const { port, servers } = await listenEverywhere(options.hosts, options.port, () => {
    const server =
      certificate === undefined
        ? createServer(onRequest)
        : createSecureHttpServer({ certificate, requestTimeoutMs }, onRequest);
    server.requestTimeout = requestTimeoutMs;
    server.headersTimeout = requestTimeoutMs;
    server.keepAliveTimeout = keepAliveMs;
    return server;
  });
  const closers = servers.map(closerOf);
  return {
    ...{ port, servers },
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** Ends a server with its connections: HTTP/2's, upgraded ones and those in the middle of a handshake, too. */
function closerOf(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
}

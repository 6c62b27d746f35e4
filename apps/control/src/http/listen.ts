import { type Listening, listenHttp, type TlsCertificate } from "@sameroom/http";
import type { Http } from "./types.ts";

/** Pictures are uploaded over slow lines, too, ms. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Proxies keep connections for a minute, ms. */
const KEEP_ALIVE_MS = 72_000;

export interface ListenPlace {
  bind: readonly string[];
  port: number;
  /** Undefined: in the clear. */
  certificate: TlsCertificate | undefined;
}

/**
 * Listens on each address and hands requests, upgrades and faults of clients on to the application's own server, which does not
 * listen: sockets of rooms and of the link are attached to it alone. Rejects with `ListenError`.
 */
export async function listen(http: Http, { bind, port, certificate }: ListenPlace): Promise<Listening> {
  const listening = await listenHttp({
    ...{ hosts: bind, port, certificate },
    ...{ requestTimeoutMs: REQUEST_TIMEOUT_MS, keepAliveMs: KEEP_ALIVE_MS },
    onRequest: (request, response) => http.server.emit("request", request, response),
  });
  for (const server of listening.servers) {
    server.on("upgrade", (request, socket, head) => http.server.emit("upgrade", request, socket, head));
    server.on("clientError", (error, socket) => http.server.emit("clientError", error, socket));
  }
  return listening;
}

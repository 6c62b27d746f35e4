import type { RequestListener, Server } from "node:http";
import { constants, createSecureServer, type Http2ServerRequest } from "node:http2";
import type { TlsCertificate } from "./tls-certificate.ts";

/** A connection whose handshake takes longer is closed, ms. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A connection on which nothing moves for so long is closed, ms; longer than any answer is held. */
const IDLE_MS = 120_000;
/** Requests under way on one connection: a page with a player asks for a dozen. */
const MAX_STREAMS = 128;
/** What one connection may hold of the server's memory, megabytes: a few segments on their way to a slow reader. */
const MAX_SESSION_MEMORY_MB = 32;

export interface SecureServerOptions {
  certificate: TlsCertificate;
  /** A request that is not complete by then is cut off, ms. */
  requestTimeoutMs: number;
}

/**
 * HTTP/2 and HTTP/1.1 over TLS, whichever the client prefers (ALPN, RFC 7301). It emits `request` and `upgrade` like Node's own
 * server, WebSockets included: browsers open them over HTTP/1.1 where a server does not offer RFC 8441.
 */
export function createSecureHttpServer(
  { certificate, requestTimeoutMs }: SecureServerOptions,
  onRequest: RequestListener,
): Server {
  const server = createSecureServer({
    allowHTTP1: true,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    settings: { maxConcurrentStreams: MAX_STREAMS },
  });
  certificate.equip(server);
  server.setTimeout(IDLE_MS);
  server.on("request", (request) => {
    if (request.httpVersionMajor === 2) cutOff(request, requestTimeoutMs);
  });
  // The compatibility layer's requests and answers have what those of HTTP/1.1 have, but not their types.
  const compatible = server as unknown as Server;
  compatible.on("request", onRequest);
  return compatible;
}

/** What `requestTimeout` is over HTTP/1.1: a body must not drip in for ever. */
function cutOff(request: Http2ServerRequest, requestTimeoutMs: number): void {
  const { stream } = request;
  if (stream.endAfterHeaders) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), requestTimeoutMs);
  const cancel = () => clearTimeout(timer);
  stream.once("end", cancel);
  stream.once("close", cancel);
}

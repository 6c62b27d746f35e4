import type { FastifyRequest } from "fastify";

/** Protocol and host of a request as the browser sees them; what cannot be a host name becomes `localhost`. */
export interface PublicAddress {
  protocol: "http" | "https";
  /** With the port when it is not the protocol's own. */
  host: string;
  /** Without the port; IPv6 in brackets. */
  hostname: string;
}

const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** How the caller reached us. The `Host` header is the caller's word: it is checked, and only ever told back to it. */
export function publicAddress(request: Pick<FastifyRequest, "protocol" | "host">): PublicAddress {
  const protocol = request.protocol === "https" ? "https" : "http";
  const host = HOST.test(request.host) ? request.host.toLowerCase() : "localhost";
  return { protocol, host, hostname: host.replace(/:\d+$/, "") };
}

/** A media address for this caller: `:PORT` becomes the caller's own protocol and host name with that port. */
export function resolveMediaUrl(mediaUrl: string, address: PublicAddress): string {
  return mediaUrl.startsWith(":") ? `${address.protocol}://${address.hostname}${mediaUrl}` : mediaUrl;
}

/** Ports that encoders take when an address names none. */
const DEFAULT_PORTS = { rtmp: 1935, rtmps: 443, srt: undefined };

/** Where an encoder beside this caller finds a worker: `:PORT` becomes the caller's host name with that port. */
export function resolveIngest(
  scheme: keyof typeof DEFAULT_PORTS,
  ingest: string,
  { hostname }: PublicAddress,
): string {
  if (!ingest.startsWith(":")) return ingest;
  return `${scheme}://${hostname}${ingest === `:${DEFAULT_PORTS[scheme]}` ? "" : ingest}`;
}

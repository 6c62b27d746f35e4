import { isIPv4, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

const FORWARDING = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
];

/**
 * true when the request comes from this very machine, not through a proxy, and by a name that can only mean this
 * machine (a foreign name that resolves to 127.0.0.1 is DNS rebinding).
 */
export function isDirectLoopback(request: Pick<FastifyRequest, "headers" | "socket" | "hostname">): boolean {
  if (FORWARDING.some((name) => request.headers[name] !== undefined)) return false;
  return isLoopback(request.socket.remoteAddress ?? "") && isLoopbackName(request.hostname);
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return (isIPv4(plain) && plain.startsWith("127.")) || (isIPv6(plain) && plain === "::1");
}

function isLoopbackName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  return name === "localhost" || isLoopback(name);
}

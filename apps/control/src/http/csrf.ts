import type { FastifyRequest } from "fastify";
import { ProblemError } from "../problem-error.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses (`request.csrf`) a state-changing request that a browser says another site made. Browsers send
 * `Sec-Fetch-Site` to secure addresses (Fetch Metadata) and `Origin` with every such request (RFC 6454, Fetch
 * standard); a request with neither is not from a page. A request with a bearer does not live off cookies.
 */
export function refuseForeignOrigin(
  request: Pick<FastifyRequest, "method" | "headers" | "host" | "principal">,
): void {
  if (SAFE.has(request.method)) return;
  if (request.principal.kind === "account" && request.principal.via === "api-key") return;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) {
    if (site === "same-origin" || site === "none") return;
    throw new ProblemError("request.csrf");
  }
  const origin = request.headers.origin;
  if (origin === undefined) return;
  if (hostOf(origin) !== request.host.toLowerCase()) throw new ProblemError("request.csrf");
}

/** Host and port of an origin as a `Host` header names them; null for `null` and nonsense. */
function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

import type { FastifyRequest } from "fastify";
import { isDirectLoopback } from "../../http/direct-caller.ts";

/** Who may run the demo: admins, and whoever sits at this machine (so that a newcomer need not log in first). */
export function mayRunDemo(
  request: Pick<FastifyRequest, "principal" | "headers" | "socket" | "hostname">,
): boolean {
  if (request.principal.kind === "account" && request.principal.account.role === "admin") return true;
  return isDirectLoopback(request);
}

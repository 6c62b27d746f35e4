import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyRequest } from "fastify";

export const SESSION_COOKIE = "sameroom_session";
export const GUEST_COOKIE = "sameroom_guest";
/** Knows a browser again whoever uses it: against who evades a ban. */
export const DEVICE_COOKIE = "sameroom_device";

/** Options of our cookies: out of reach for scripts, not sent with other sites' requests, encrypted only under TLS. */
export function cookieOptions(
  request: Pick<FastifyRequest, "protocol">,
  maxAgeS: number,
): CookieSerializeOptions {
  return {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: request.protocol === "https",
    maxAge: maxAgeS,
  };
}

import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";
const SECRET_BYTES = 24;

/** A new signing secret, as integrators' libraries take it (Standard Webhooks 1.0). */
export function newSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

/** The `webhook-signature` of a body: `v1,` and the HMAC-SHA256 of id, timestamp (seconds since 1970) and body, base64. */
export function signBody(
  secret: string,
  { id, timestampS, body }: { id: string; timestampS: number; body: string },
): string {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestampS}.${body}`).digest("base64")}`;
}

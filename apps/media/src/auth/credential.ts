import { createHash } from "node:crypto";

/** SHA-256 of a bearer token or stream key, hex: what we keep instead of the thing itself. */
export function hashCredential(credential: string): string {
  return createHash("sha256").update(credential).digest("hex");
}

/** Three base64url parts: a JWS in compact form. Anything else is taken for a stream key. */
export function looksLikeToken(credential: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(credential);
}

/** The credential of an `Authorization: Bearer` header, or undefined. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S{1,4096})$/i.exec(header ?? "")?.[1];
}

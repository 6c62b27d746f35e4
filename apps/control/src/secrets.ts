import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** A fresh secret of 256 random bits behind a prefix that tells what it is for, e.g. `srk_...`. URL-safe. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString("base64url")}`;
}

/**
 * What the database keeps of a secret made by {@link newSecret}. A plain SHA-256 is enough: 256 random bits cannot be
 * guessed, so there is nothing a slow hash would protect.
 */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Compares without telling by its duration where two strings differ, nor how long they are. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** A key for one purpose, derived from the node secret (RFC 5869). */
export function deriveKey(nodeSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", nodeSecret, "sameroom", purpose, 32));
}

/** `value.signature`, for cookies whose content is no secret but must be ours. */
export function signValue(value: string, key: Buffer): string {
  return `${value}.${createHmac("sha256", key).update(value).digest("base64url")}`;
}

/** The value of a string made by {@link signValue} with the same key, else null. */
export function unsignValue(signed: string, key: Buffer): string | null {
  const dot = signed.lastIndexOf(".");
  if (dot <= 0) return null;
  const value = signed.slice(0, dot);
  return sameSecret(signValue(value, key), signed) ? value : null;
}

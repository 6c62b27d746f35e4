const SIGNED_PART = /\/~([^/?#]+)\//;

/** The signature in an address, or undefined. */
export function signatureOf(url: string): string | undefined {
  return SIGNED_PART.exec(url)?.[1];
}

/** `url` with the signature of `fresh`, when both have one. */
export function signLike(url: string, fresh: string): string {
  const signature = signatureOf(fresh);
  return signature === undefined ? url : url.replace(SIGNED_PART, () => `/~${signature}/`);
}

/** When the signature in an address ends, ms since 1970; undefined when there is none, or it does not tell. */
export function signedUntil(url: string): number | undefined {
  const payload = signatureOf(url)?.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { exp?: unknown };
    return typeof exp === "number" && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

import type { MintedToken, Problem } from "@sameroom/contract";

type Fields = Record<string, unknown>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The problem document in a server's answer, or undefined when it is something else. */
export function parseProblem(value: unknown): Problem | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { type, title, status, code, detail, retryAfter } = fields;
  if (typeof title !== "string" || typeof code !== "string" || typeof status !== "number") return undefined;
  return {
    type: typeof type === "string" ? type : "about:blank",
    title,
    status,
    code,
    ...(typeof detail === "string" ? { detail } : {}),
    ...(typeof retryAfter === "number" && retryAfter >= 0 ? { retryAfter } : {}),
    ...(Array.isArray(fields.faults) ? { faults: fields.faults.filter(isFault) } : {}),
  };
}

function isFault(value: unknown): value is { path: string; message: string } {
  const fields = fieldsOf(value);
  return typeof fields?.path === "string" && typeof fields.message === "string";
}

/** A minted token, or undefined. What it says of participant, role and grants is for show: servers read the token. */
export function parseMintedToken(value: unknown): MintedToken | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const { token, expiresAt, mediaUrl } = fields;
  if (typeof token !== "string" || typeof mediaUrl !== "string" || typeof expiresAt !== "string")
    return undefined;
  return Number.isNaN(Date.parse(expiresAt)) ? undefined : (fields as unknown as MintedToken);
}

/** The node's time in ms since 1970 out of `GET /clock`, or undefined. */
export function parseClock(value: unknown): number | undefined {
  const unixMs = fieldsOf(value)?.unixMs;
  return typeof unixMs === "number" && Number.isFinite(unixMs) ? unixMs : undefined;
}

import { z } from "zod";
import { ProblemError } from "../../problem-error.ts";

/** Where a page of recordings ended: the sorting keys of its last one. */
const cursorSchema = z.tuple([z.number().int().min(-8.64e15).max(8.64e15), z.uuid()]);

export interface RecordingCursor {
  startedUnixMs: number;
  id: string;
}

/** Opaque text for the caller to hand back. */
export function serializeCursor({ startedUnixMs, id }: RecordingCursor): string {
  return Buffer.from(JSON.stringify([startedUnixMs, id])).toString("base64url");
}

/** The cursor behind a caller's text, or null when it is not one of ours. */
export function parseCursor(text: string): RecordingCursor | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
  const parsed = cursorSchema.safeParse(value);
  return parsed.success ? { startedUnixMs: parsed.data[0], id: parsed.data[1] } : null;
}

/** The cursor of a query, if it has one. Throws `request.invalid`. */
export function requireCursor(text: string | undefined): RecordingCursor | undefined {
  if (text === undefined) return undefined;
  const cursor = parseCursor(text);
  if (cursor !== null) return cursor;
  throw new ProblemError("request.invalid", {
    faults: [{ path: "querystring/cursor", message: "not a cursor of this list" }],
  });
}

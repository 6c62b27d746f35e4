import { z } from "zod";

/** Where a page of rooms ended: the sorting keys of its last room. */
const cursorSchema = z.tuple([z.boolean(), z.number().int().nonnegative(), z.uuid()]);

export interface RoomCursor {
  onAir: boolean;
  viewers: number;
  id: string;
}

/** Opaque text for the caller to hand back. */
export function serializeCursor(cursor: RoomCursor): string {
  return Buffer.from(JSON.stringify([cursor.onAir, cursor.viewers, cursor.id])).toString("base64url");
}

/** The cursor behind a caller's text, or null when it is not one of ours. */
export function parseCursor(text: string): RoomCursor | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
  const parsed = cursorSchema.safeParse(value);
  if (!parsed.success) return null;
  const [onAir, viewers, id] = parsed.data;
  return { onAir, viewers, id };
}

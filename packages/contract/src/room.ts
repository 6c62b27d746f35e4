import { z } from "zod";
import { displayNameSchema, idSchema, instantSchema, roomSlugSchema } from "./ids.ts";

/**
 * A room's life: `scheduled` (nothing on air), `live`, `interrupted` (the host was lost, grace period runs),
 * `ended` (this broadcast is over; the room may go live again).
 */
export const roomStateSchema = z.enum(["scheduled", "live", "interrupted", "ended"]);
export type RoomState = z.infer<typeof roomStateSchema>;

export const ownerSchema = z.object({ id: idSchema, name: displayNameSchema });

/** A room as anybody may see it. */
export const roomViewSchema = z.object({
  id: idSchema,
  slug: roomSlugSchema,
  title: z.string(),
  description: z.string(),
  owner: ownerSchema,
  state: roomStateSchema,
  /** Start of the current or last broadcast. */
  startedAt: instantSchema.nullable(),
  /** End of the last broadcast; null while one is on air. */
  endedAt: instantSchema.nullable(),
  /** Distinct people watching now. */
  viewers: z.number().int().nonnegative(),
  /** Path of the cover picture, or null. */
  coverUrl: z.string().nullable(),
  /** Path of the newest picture of the live show, or null. */
  thumbnailUrl: z.string().nullable(),
});
export type RoomView = z.infer<typeof roomViewSchema>;

/** What happened to the host's picture, shown to viewers at once. */
export const hostNoticeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("microphone"), muted: z.boolean() }),
  z.object({ kind: z.literal("camera"), off: z.boolean() }),
  z.object({ kind: z.literal("camera-switched") }),
  z.object({ kind: z.literal("screen"), sharing: z.boolean() }),
  z.object({ kind: z.literal("title"), title: z.string().min(1).max(120) }),
]);
export type HostNotice = z.infer<typeof hostNoticeSchema>;

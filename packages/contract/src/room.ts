import { z } from "zod";
import { displayNameSchema, idSchema, instantSchema, roomSlugSchema } from "./ids.ts";

/**
 * A room's life: `scheduled` (nothing on air), `live`, `interrupted` (the host was lost, grace period runs),
 * `ended` (this broadcast is over; the room may go live again).
 */
export const roomStateSchema = z.enum(["scheduled", "live", "interrupted", "ended"]);
export type RoomState = z.infer<typeof roomStateSchema>;

/**
 * Who may find and watch: `public` everybody; `unlisted` everybody who has the link; `private` the owner, admins, and who
 * holds a token made with the owner's API key; `subscribers` everybody finds it, subscribers of the channel watch it, and its
 * owner, moderators, admins, guests on stage and who holds a token made with the owner's API key.
 */
export const visibilitySchema = z.enum(["public", "unlisted", "private", "subscribers"]);
export type Visibility = z.infer<typeof visibilitySchema>;

/** true when everybody who has the address may watch: media then asks for no token. */
export function isOpenToAll(visibility: Visibility): boolean {
  return visibility === "public" || visibility === "unlisted";
}

/** Whether shows are recorded: never, always, or when the host starts it. */
export const recordingModeSchema = z.enum(["off", "automatic", "manual"]);
export type RecordingMode = z.infer<typeof recordingModeSchema>;

/** What the room's newest recording is doing, for the host and for *stream completed*. */
export const roomRecordingSchema = z.object({
  id: idSchema,
  state: z.enum(["recording", "suspended", "finishing", "ready", "failed"]),
  fault: z.string().nullable(),
});

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
  visibility: visibilitySchema.default("public"),
  recordingMode: recordingModeSchema.default("manual"),
  /** Of the current or last broadcast; null when it was not recorded, or the caller may not see it. */
  recording: roomRecordingSchema.nullable().default(null),
});
export type RoomView = z.infer<typeof roomViewSchema>;

/** What happened to the host's picture, shown to viewers at once. */
export const hostNoticeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("microphone"), muted: z.boolean() }),
  z.object({ kind: z.literal("camera"), off: z.boolean() }),
  z.object({ kind: z.literal("camera-switched") }),
  z.object({ kind: z.literal("screen"), sharing: z.boolean() }),
  /** The host takes a break: neither seen nor heard until they are back. */
  z.object({ kind: z.literal("break"), on: z.boolean() }),
  z.object({ kind: z.literal("title"), title: z.string().min(1).max(120) }),
  /** The room has another cover picture, or none; `room.updated` has its address. */
  z.object({ kind: z.literal("cover") }),
]);
export type HostNotice = z.infer<typeof hostNoticeSchema>;

/** A room on air as it is offered to the host of another: to challenge it, to send viewers there. */
export interface OtherShow {
  room: string;
  title: string;
  /** The owner. */
  name: string;
  viewers: number;
}

import { z } from "zod";
import { idSchema, instantSchema, roomSlugSchema } from "./ids.ts";
import { visibilitySchema } from "./room.ts";

/**
 * A recording's life: `recording`; `suspended` (the disk is full or slow: it goes on when it can); `finishing` (the file,
 * the poster and the sprites are made); `ready`; `failed` (nothing playable came of it).
 */
export const recordingStateSchema = z.enum(["recording", "suspended", "finishing", "ready", "failed"]);
export type RecordingState = z.infer<typeof recordingStateSchema>;

/** Why a recording is `suspended` or `failed`. */
export const recordingFaultSchema = z.enum(["disk-full", "disk-slow", "not-writable", "no-media", "damaged"]);
export type RecordingFault = z.infer<typeof recordingFaultSchema>;

/** What media knows of a recording; it makes the id. Sent on every change and with `hello`. */
export const recordingFactSchema = z.object({
  id: idSchema,
  room: roomSlugSchema,
  /** Of `room-policy`; null when media had none yet. */
  broadcast: idSchema.nullable(),
  state: recordingStateSchema,
  fault: recordingFaultSchema.nullable(),
  /** Capture time of the first picture, milliseconds since 1970. */
  startedUnixMs: z.number(),
  durationMs: z.number().nonnegative(),
  /** What it takes on storage, all files. */
  bytes: z.number().int().nonnegative(),
  /** Of the picture, 0 without one. */
  width: z.number().int(),
  height: z.number().int(),
  /** Of `recording.mp4` when `ready`: bytes and SHA-256 in hex. */
  file: z.object({ bytes: z.number().int(), sha256: z.string() }).nullable(),
  /** Whether `poster.jpg` and `sprites.vtt` are there. */
  hasPictures: z.boolean(),
});
export type RecordingFact = z.infer<typeof recordingFactSchema>;

/** A recording as who may see it sees it. */
export const recordingViewSchema = z.object({
  id: idSchema,
  room: z.object({ id: idSchema, slug: roomSlugSchema, title: z.string(), ownerName: z.string() }),
  /** Given by the owner; at first the room's title at the time. */
  title: z.string(),
  state: recordingStateSchema,
  fault: recordingFaultSchema.nullable(),
  visibility: visibilitySchema,
  startedAt: instantSchema,
  durationMs: z.number(),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  file: z.object({ bytes: z.number().int(), sha256: z.string() }).nullable(),
  /** Absolute or `:PORT/path` like `mediaUrl`, with a signature where one is needed; null while there is none. */
  urls: z
    .object({
      playlist: z.string(),
      poster: z.string().nullable(),
      sprites: z.string().nullable(),
      file: z.string().nullable(),
    })
    .nullable(),
  /** When the retention rule deletes it, or null. */
  expiresAt: instantSchema.nullable(),
  /** Whether the caller may change and delete it. */
  mine: z.boolean(),
  /** The show it is of; null: it was deleted. */
  broadcast: idSchema.nullable().default(null),
  /** For subscribers, and the caller is none: there are no `urls`. */
  locked: z.boolean().default(false),
});
export type RecordingView = z.infer<typeof recordingViewSchema>;

/** `GET /api/recordings?room=SLUG&mine=1&cursor=..&limit=..` -> recordingList, newest first; only what the caller may see. */
export const recordingQuerySchema = z.object({
  room: roomSlugSchema.optional(),
  mine: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(200).optional(),
});
export const recordingListSchema = z.object({
  recordings: z.array(recordingViewSchema),
  nextCursor: z.string().nullable(),
});
export type RecordingList = z.infer<typeof recordingListSchema>;

/**
 * `GET /api/recordings/:recording` -> recordingView (`unlisted`: whoever has the link; `private`: owner and admins).
 * `PATCH` (owner) with these -> recordingView. `DELETE` (owner, admin) -> 204: the files go with it.
 * `POST /api/rooms/:room/recording` (host) -> 202 begins, `DELETE` -> 202 ends it; 409 `room.not_live`.
 */
export const recordingChangesSchema = z
  .object({ title: z.string().trim().min(1).max(120), visibility: visibilitySchema })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, "change at least one thing");
export type RecordingChanges = z.infer<typeof recordingChangesSchema>;

import { z } from "zod";
import { iceServerSchema } from "../ice-servers.ts";
import { displayNameSchema, idSchema, instantSchema, participantIdSchema, roomSlugSchema } from "../ids.ts";
import { grantsSchema, roomRoleSchema } from "../permissions.ts";
import { recordingModeSchema, roomViewSchema, visibilitySchema } from "../room.ts";

export const titleSchema = z.string().trim().min(1).max(120);
export const descriptionSchema = z.string().trim().max(2000);

/** `POST /api/rooms` -> 201 roomView. Without a slug one is made from the title. */
export const newRoomSchema = z.object({
  title: titleSchema,
  description: descriptionSchema.default(""),
  slug: roomSlugSchema.optional(),
  visibility: visibilitySchema.default("public"),
  recordingMode: recordingModeSchema.default("manual"),
});
export type NewRoom = z.input<typeof newRoomSchema>;

/** `PATCH /api/rooms/:room` -> 200 roomView. */
export const roomChangesSchema = z
  .object({
    title: titleSchema,
    description: descriptionSchema,
    visibility: visibilitySchema,
    recordingMode: recordingModeSchema,
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, "change at least one thing");
export type RoomChanges = z.infer<typeof roomChangesSchema>;

/**
 * `GET /api/rooms?state=live&mine=1&followed=1&cursor=..&limit=..` -> roomList, live rooms first, most viewers first.
 * `:room` in paths takes the slug or the id.
 */
export const roomQuerySchema = z.object({
  state: z.enum(["live", "all"]).default("live"),
  mine: z.stringbool().default(false),
  /** Only rooms of people the caller follows. */
  followed: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(200).optional(),
});
export const roomListSchema = z.object({ rooms: z.array(roomViewSchema), nextCursor: z.string().nullable() });
export type RoomList = z.infer<typeof roomListSchema>;

/**
 * `POST /api/rooms/:room/tokens` -> 201 mintedToken. Without a body: the most the caller may have: the owner is
 * host, everybody else viewer, also without an account. `role`, `grants`: less than that, never more. Only with an
 * API key of the room's owner (or an admin): `participant`, `name`, any role, `ttlS` up to 6 hours.
 */
export const tokenRequestSchema = z.object({
  role: roomRoleSchema.optional(),
  grants: grantsSchema.partial().optional(),
  name: displayNameSchema.optional(),
  participant: participantIdSchema.optional(),
  ttlS: z
    .number()
    .int()
    .min(30)
    .max(6 * 3600)
    .optional(),
});
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

export const mintedTokenSchema = z.object({
  token: z.string(),
  expiresAt: instantSchema,
  participant: participantIdSchema,
  role: roomRoleSchema,
  grants: grantsSchema,
  /** Base URL of the media worker that serves this room; append `/whip/:room` or `/whep/:room`. */
  mediaUrl: z.string(),
  /** STUN and TURN servers for `RTCConfiguration.iceServers`; empty when none are set up. */
  iceServers: z.array(iceServerSchema).default([]),
  /** Addresses of the same show over HTTP, signed where the room is private; null when this server has LL-HLS off. */
  playback: z.object({ playlist: z.string(), audio: z.string() }).nullable().default(null),
  /** Watch over LL-HLS: the worker has no room for another WebRTC viewer, or the operator sends passive viewers there. */
  prefer: z.enum(["webrtc", "hls"]).default("webrtc"),
});
export type MintedToken = z.infer<typeof mintedTokenSchema>;

/** `POST /api/rooms/:room/stream-key` -> 201: makes a new key, the old one stops working. Shown once. `GET` tells whether one exists. */
export const streamKeySchema = z.object({ key: z.string(), createdAt: instantSchema });
export const streamKeyStateSchema = z.object({
  exists: z.boolean(),
  prefix: z.string().nullable(),
  createdAt: instantSchema.nullable(),
});

/**
 * `POST /api/rooms/:room/end` -> 204 (host, or admin). `PUT /api/rooms/:room/cover` and `PUT .../thumbnail`: raw
 * image body (JPEG, PNG, WebP; 4 MiB and 512 KiB), owner only. `DELETE .../cover`. `GET` serves them.
 */
export const broadcastViewSchema = z.object({
  id: idSchema,
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  peakViewers: z.number().int(),
});
export type BroadcastView = z.infer<typeof broadcastViewSchema>;
/** `GET /api/rooms/:room` -> roomDetail. */
export const roomDetailSchema = roomViewSchema.extend({
  /** true when the caller may go live here. */
  canPublish: z.boolean(),
  broadcasts: z.array(broadcastViewSchema),
});
export type RoomDetail = z.infer<typeof roomDetailSchema>;

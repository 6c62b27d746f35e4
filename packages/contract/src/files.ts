import { z } from "zod";
import { instantSchema } from "./ids.ts";

/** Files in one playlist at most. */
export const PLAYLIST_MAX_FILES = 100;

/** Path of a media file below the operator's directory, `/` between folders. */
export const mediaFileNameSchema = z.string().min(1).max(500);

/** A file that can be played live. */
export const mediaFileSchema = z.object({
  name: mediaFileNameSchema,
  bytes: z.number().int(),
  modifiedAt: instantSchema,
});
export type MediaFile = z.infer<typeof mediaFileSchema>;

/** What is played live in a room, as the server's operator ordered it. */
export const filePlaybackSchema = z.object({
  /** `failed`: it has ended, for the reason in `message`. */
  state: z.enum(["off", "starting", "live", "failed"]),
  /** In the order they are played. */
  files: z.array(mediaFileNameSchema),
  /** Which of them is played now, from 0. */
  index: z.number().int(),
  /** From the beginning again after the last. */
  loop: z.boolean(),
  /** Played of it, and its length if it tells, seconds. */
  positionS: z.number(),
  durationS: z.number(),
  /** For people; null where nothing is wrong. */
  message: z.string().nullable(),
});
export type FilePlayback = z.infer<typeof filePlaybackSchema>;

/** Nothing is played. */
export const NO_PLAYBACK: FilePlayback = {
  ...{ state: "off", files: [], index: 0, loop: false, positionS: 0, durationS: 0, message: null },
};

/** `PUT /api/rooms/:room/playback`, for its owner who is an admin. */
export const newFilePlaybackSchema = z.object({
  files: z.array(mediaFileNameSchema).min(1).max(PLAYLIST_MAX_FILES),
  loop: z.boolean().default(false),
});
export type NewFilePlayback = z.infer<typeof newFilePlaybackSchema>;

/** `GET /api/rooms/:room/files`, for its owner who is an admin. */
export const roomFilesSchema = z.object({
  /** false: this server has no directory for it (`SAMEROOM_FILES_DIR`), or nobody who plays. */
  available: z.boolean(),
  /** By name; the first thousand. */
  files: z.array(mediaFileSchema),
  playback: filePlaybackSchema,
});
export type RoomFiles = z.infer<typeof roomFilesSchema>;

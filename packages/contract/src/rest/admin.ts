import { z } from "zod";
import { publisherSchema, workerLoadSchema } from "../link.ts";
import { recordingViewSchema } from "../recording.ts";
import { accountViewSchema } from "./accounts.ts";

/** `GET /api/admin/users?search=&cursor=&limit=` -> userList; `PATCH /api/admin/users/:id` userChanges -> adminUser. Admins only. */
export const adminUserSchema = accountViewSchema.extend({ disabled: z.boolean(), rooms: z.number().int() });
export type AdminUser = z.infer<typeof adminUserSchema>;
export const userListSchema = z.object({
  users: z.array(adminUserSchema),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export const userChangesSchema = z
  .object({ disabled: z.boolean(), role: accountViewSchema.shape.role })
  .partial();

/** `GET /api/admin/workers` -> workerList. */
export const workerViewSchema = z.object({
  worker: z.string(),
  connected: z.boolean(),
  publicUrl: z.string(),
  version: z.string(),
  connectedAt: z.iso.datetime(),
  load: workerLoadSchema.nullable(),
  publishers: z.array(publisherSchema),
});
export type WorkerView = z.infer<typeof workerViewSchema>;
export const workerListSchema = z.object({ workers: z.array(workerViewSchema) });
/** Query of `GET /api/admin/users`; `cursor` is the `nextCursor` of the page before. */
export const userQuerySchema = z.object({
  search: z.string().trim().max(60).default(""),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** `GET /api/admin/recordings?worker=&cursor=&limit=` -> adminRecordingList: everybody's, newest first. Admins only. */
export const adminRecordingQuerySchema = z.object({
  worker: z.string().max(60).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const adminRecordingSchema = recordingViewSchema.extend({
  /** The media worker that has its files. */
  worker: z.string(),
  /** Deleted for everybody, but its worker has not said yet that the files are gone. */
  deleting: z.boolean(),
});
export type AdminRecording = z.infer<typeof adminRecordingSchema>;
export const adminRecordingListSchema = z.object({
  recordings: z.array(adminRecordingSchema),
  /** Of all that match, on storage. */
  total: z.object({ count: z.number().int(), bytes: z.number().int() }),
  /** Bytes at which the oldest are deleted, or null. */
  maxBytes: z.number().nullable(),
  nextCursor: z.string().nullable(),
});
export type AdminRecordingList = z.infer<typeof adminRecordingListSchema>;

import { z } from "zod";
import { publisherSchema, workerLoadSchema } from "../link.ts";
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

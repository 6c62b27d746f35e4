import { z } from "zod";
import { displayNameSchema, idSchema, instantSchema } from "../ids.ts";
import { accountRoleSchema } from "../permissions.ts";

/** Login name: 3 to 30 of letters, digits, `_ . -`; compared without case. */
export const usernameSchema = z
  .string()
  .min(3)
  .max(30)
  .regex(/^[A-Za-z0-9_.-]+$/, "use letters, digits, dots, dashes and underscores");
export const passwordSchema = z.string().min(8, "use at least 8 characters").max(200);

/** `POST /api/accounts` -> 201 accountView, sets the session cookie. */
export const signUpSchema = z.object({
  username: usernameSchema,
  displayName: displayNameSchema,
  password: passwordSchema,
});
export type SignUp = z.infer<typeof signUpSchema>;

/** `POST /api/session` -> 200 accountView, sets the session cookie; `DELETE /api/session` -> 204. */
export const logInSchema = z.object({ username: z.string().max(60), password: z.string().max(200) });
export type LogIn = z.infer<typeof logInSchema>;

/** `GET /api/session` -> 200 sessionView. */
export const accountViewSchema = z.object({
  id: idSchema,
  username: z.string(),
  displayName: displayNameSchema,
  role: accountRoleSchema,
  createdAt: instantSchema,
});
export type AccountView = z.infer<typeof accountViewSchema>;
export const sessionViewSchema = z.object({ account: accountViewSchema.nullable() });
export type SessionView = z.infer<typeof sessionViewSchema>;

/**
 * API keys act for the account that made them: `Authorization: Bearer srk_...`.
 * `GET /api/api-keys`, `POST /api/api-keys` (secret shown once), `DELETE /api/api-keys/:id`.
 */
export const newApiKeySchema = z.object({ name: z.string().trim().min(1).max(60) });
export const apiKeyViewSchema = z.object({
  id: idSchema,
  name: z.string(),
  /** First characters, to tell keys apart. */
  prefix: z.string(),
  createdAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeyViewSchema>;
export const createdApiKeySchema = apiKeyViewSchema.extend({ secret: z.string() });
/** Answer of `GET /api/api-keys`, oldest first. */
export const apiKeyListSchema = z.object({ keys: z.array(apiKeyViewSchema) });

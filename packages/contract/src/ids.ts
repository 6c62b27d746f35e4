import { z } from "zod";

/**
 * A room's address in links: 3 to 40 of `a-z 0-9 -`, no dash at either end. Chosen by the owner, unique, lower case.
 * It names the room everywhere (URLs, tokens, WHIP, LL-HLS).
 */
export const roomSlugSchema = z
  .string()
  .min(3)
  .max(40)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/, "use small letters, digits and dashes, not a dash at an end");
export type RoomSlug = z.infer<typeof roomSlugSchema>;

/** Opaque id made by us: a UUID (version 7 where order matters). */
export const idSchema = z.uuid();

/**
 * A participant: `user:<uuid>` for an account, `guest:<random>` for a visitor without one, `key:<name>` for an
 * integrator's own identity. It is the `sub` of a room token.
 */
export const participantIdSchema = z
  .string()
  .max(128)
  .regex(/^(?:user|guest|key):[A-Za-z0-9_.~@-]+$/);
export type ParticipantId = z.infer<typeof participantIdSchema>;

/** Name a person shows to others: 1 to 40 characters, no control characters. */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, "control characters are not allowed");

/** ISO 8601 instant in UTC, as JSON carries it. */
export const instantSchema = z.iso.datetime();

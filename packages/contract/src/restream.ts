/**
 * Restreaming: a room's show sent on to other platforms while it is on air. The owner names targets over REST; control
 * keeps them, with credentials encrypted, and orders media over the link; media says how each is doing.
 */
import { z } from "zod";
import { idSchema, instantSchema } from "./ids.ts";

/** Targets of one room, at most. */
export const RESTREAM_MAX_TARGETS = 10;

/** `off`: no show, or switched off. `retrying`: it failed and will be tried again. */
export const restreamStateSchema = z.enum(["off", "connecting", "live", "retrying"]);
export type RestreamState = z.infer<typeof restreamStateSchema>;

/** Why a target is `retrying`, or why it is `live` with gaps. */
export const restreamReasonSchema = z.enum([
  "name-unknown", // DNS has no address for it
  "private-address", // in a network this server does not send to
  "unreachable", // nobody answers there
  "certificate", // RTMPS: the certificate is not for this name, expired, or of nobody known
  "refused", // it answered and does not take the stream: mostly a wrong key
  "lost", // it was live and the connection broke
  "too-slow", // it takes less than the show has
  "unsupported", // nothing that this protocol carries can be made of the show
  "failed", // something else; `detail` says what
]);
export type RestreamReason = z.infer<typeof restreamReasonSchema>;

/** How one target is doing. */
export const restreamStatusSchema = z.object({
  target: idSchema,
  state: restreamStateSchema,
  /** Since when it is in this state, milliseconds since 1970. */
  sinceUnixMs: z.number(),
  /** Bits a second that were taken lately; 0 unless `live`. */
  bitrate: z.number().nonnegative(),
  /** Tries that failed since it was live last. */
  attempt: z.number().int().nonnegative(),
  /** With `retrying`: when it is tried again, milliseconds since 1970. */
  retryAtUnixMs: z.number().nullable(),
  reason: restreamReasonSchema.nullable(),
  /** What the other end or the network said, in its own words; never a key. */
  detail: z.string().max(300).nullable(),
});
export type RestreamStatus = z.infer<typeof restreamStatusSchema>;

/** Of a target that sends nothing. */
export function idleRestream(target: string, sinceUnixMs: number): RestreamStatus {
  return {
    ...{ target, state: "off", sinceUnixMs, bitrate: 0, attempt: 0 },
    ...{ retryAtUnixMs: null, reason: null, detail: null },
  };
}

/** A target as media is told of it, over the link only. */
export const restreamOrderSchema = z.object({
  id: idSchema,
  /** Without credentials. */
  url: z.string().max(500),
  /** RTMP: what follows the path. SRT: the stream id. */
  key: z.string().max(1000).nullable(),
  /** SRT only. */
  passphrase: z.string().max(79).nullable(),
});
export type RestreamOrder = z.infer<typeof restreamOrderSchema>;

const nameSchema = z.string().trim().min(1).max(60);
/** `rtmp://`, `rtmps://` or `srt://`; credentials in it are taken out and kept apart. */
const urlSchema = z
  .string()
  .trim()
  .max(1000)
  .regex(/^(?:rtmps?|srt):\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/i, "use rtmp://, rtmps:// or srt://");
const keySchema = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .regex(/^[\x21-\x7e]+$/, "no spaces, and only plain characters");
/** libsrt takes 10 to 79 bytes. */
const passphraseSchema = z
  .string()
  .min(10)
  .max(79)
  .regex(/^[\x20-\x7e]+$/, "only plain characters");

/** `POST /api/rooms/:room/restream-targets` -> 201 restreamTarget. */
export const newRestreamTargetSchema = z.object({
  name: nameSchema,
  url: urlSchema,
  /** RTMP: the stream key. SRT: the stream id. May be left out where `url` has it. */
  key: keySchema.optional(),
  passphrase: passphraseSchema.optional(),
  enabled: z.boolean().default(true),
});
export type NewRestreamTarget = z.input<typeof newRestreamTargetSchema>;

/** `PATCH /api/rooms/:room/restream-targets/:target` -> 200. Another `url` needs its credentials given again. */
export const restreamTargetChangesSchema = z
  .object({
    name: nameSchema,
    url: urlSchema,
    key: keySchema,
    /** null: without one. */
    passphrase: passphraseSchema.nullable(),
    enabled: z.boolean(),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, "change at least one thing");
export type RestreamTargetChanges = z.infer<typeof restreamTargetChangesSchema>;

/** A target as its room's owner sees it: credentials never leave the server again. */
export const restreamTargetSchema = z.object({
  id: idSchema,
  name: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  hasKey: z.boolean(),
  hasPassphrase: z.boolean(),
  createdAt: instantSchema,
  status: restreamStatusSchema,
});
export type RestreamTarget = z.infer<typeof restreamTargetSchema>;

/** `GET /api/rooms/:room/restream-targets`, in the order they were made. */
export const restreamTargetListSchema = z.object({ targets: z.array(restreamTargetSchema) });

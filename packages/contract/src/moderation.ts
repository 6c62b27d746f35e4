/** Who may not speak or not come, what may be said, what people report, and what moderators did: rooms' order, over REST and sockets. */
import { z } from "zod";
import { roomEventSchema } from "./events.ts";
import { displayNameSchema, idSchema, instantSchema, participantIdSchema } from "./ids.ts";
import { usernameSchema } from "./rest/accounts.ts";

const YEAR_S = 366 * 86_400;

/** Somebody, as they were called then. */
export const personSchema = z.object({ participant: participantIdSchema, name: z.string() });
export type Person = z.infer<typeof personSchema>;

/** `mute`: may watch and not write; with `seconds` it is a time-out. `ban`: may not be in the room. */
export const sanctionKindSchema = z.enum(["mute", "ban"]);
export type SanctionKind = z.infer<typeof sanctionKindSchema>;

/** `POST /api/rooms/:room/mutes` and `.../bans` -> 201 sanctionView; the commands `people.mute` and `people.ban`. */
export const sanctionRequestSchema = z.object({
  participant: participantIdSchema,
  /** How long; null: until it is lifted. */
  seconds: z.number().int().min(10).max(YEAR_S).nullable().default(null),
  /** For staff to read, and for the person themself. */
  reason: z.string().trim().max(200).default(""),
});
export type SanctionRequest = z.input<typeof sanctionRequestSchema>;
export type SanctionOrder = z.output<typeof sanctionRequestSchema>;

export const sanctionViewSchema = personSchema.extend({
  id: idSchema,
  kind: sanctionKindSchema,
  reason: z.string(),
  /** Null: the server itself, because of `evasion`. */
  by: personSchema.nullable(),
  createdAt: instantSchema,
  /** Null: until it is lifted. */
  until: instantSchema.nullable(),
  /** Whose ban this person seems to evade, and by what it was seen. */
  evasion: z
    .object({ sanction: idSchema, name: z.string(), signal: z.enum(["device", "address"]) })
    .nullable(),
});
export type SanctionView = z.infer<typeof sanctionViewSchema>;

const cursor = idSchema.optional();
const limit = z.coerce.number().int().min(1).max(100).default(50);
const nextCursor = z.string().nullable();

/** `GET /api/rooms/:room/sanctions` -> those in force, newest first. `DELETE .../sanctions/:sanction` -> 204 lifts one. */
export const sanctionQuerySchema = z.object({ kind: sanctionKindSchema.optional(), cursor, limit });
export const sanctionListSchema = z.object({ sanctions: z.array(sanctionViewSchema), nextCursor });

/** `GET /api/rooms/:room/moderators`; `POST` appoints (201), `DELETE .../moderators/:account` dismisses (204). */
export const moderatorViewSchema = z.object({
  account: idSchema,
  username: usernameSchema,
  name: displayNameSchema,
  since: instantSchema,
});
export type ModeratorView = z.infer<typeof moderatorViewSchema>;
export const moderatorListSchema = z.object({ moderators: z.array(moderatorViewSchema) });
export const appointmentSchema = z.object({ username: z.string().trim().min(1).max(60) });

/** What is done with a message a filter stops at: nothing, staff decide, or it is not said. */
export const filterVerdictSchema = z.enum(["off", "hold", "refuse"]);
export type FilterVerdict = z.infer<typeof filterVerdictSchema>;

const hostName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u,
    "use a name such as example.com",
  );

/** `GET` and `PUT /api/rooms/:room/chat-rules`: what may be said. Staff are not bound by it. */
export const chatRulesSchema = z.object({
  /** Known bad words of several languages. */
  profanity: filterVerdictSchema.default("refuse"),
  /** The room's own words and phrases; `*` at an end stands for any letters. */
  words: z.array(z.string().trim().min(2).max(60)).max(500).default([]),
  ownWords: filterVerdictSchema.default("refuse"),
  /** Who may post links besides staff; `listed`: everybody, to `linkHosts` and what is below them. */
  links: z.enum(["everybody", "listed", "nobody"]).default("everybody"),
  linkHosts: z.array(hostName).max(100).default([]),
  /** What the moderation service says, where the operator has set one up. */
  service: filterVerdictSchema.default("hold"),
});
export type ChatRules = z.infer<typeof chatRulesSchema>;
export const DEFAULT_CHAT_RULES: ChatRules = chatRulesSchema.parse({});

/** Answer of `GET` and `PUT /api/rooms/:room/chat-rules`. */
export const chatRulesViewSchema = z.object({
  rules: chatRulesSchema,
  /** Whether the operator has set up a moderation service. */
  serviceAvailable: z.boolean(),
});

/** Why a message waits. */
export const holdReasonSchema = z.enum(["profanity", "words", "service"]);
export type HoldReason = z.infer<typeof holdReasonSchema>;

/** `GET /api/rooms/:room/held` -> those that wait, oldest first. `PATCH .../held/:message` heldDecision -> heldView. */
export const heldViewSchema = z.object({
  id: idSchema,
  author: personSchema,
  text: z.string(),
  why: holdReasonSchema,
  /** What it stopped at, for staff. */
  detail: z.string(),
  at: instantSchema,
  state: z.enum(["waiting", "approved", "rejected"]),
});
export type HeldView = z.infer<typeof heldViewSchema>;
export const heldListSchema = z.object({ held: z.array(heldViewSchema), total: z.number().int() });
export const heldDecisionSchema = z.object({ approve: z.boolean() });

export const REPORT_REASONS = [
  "spam",
  "harassment",
  "hate",
  "sexual",
  "violence",
  "self-harm",
  "other",
] as const;

/** `POST /api/rooms/:room/reports` -> 204; the command `report.send`. */
export const newReportSchema = z.object({
  participant: participantIdSchema,
  /** Sequence number of the message it is about; null: about the person. */
  message: z.number().int().positive().nullable().default(null),
  reason: z.enum(REPORT_REASONS),
  note: z.string().trim().max(500).default(""),
});
export type NewReport = z.input<typeof newReportSchema>;

/** `GET /api/rooms/:room/reports` -> newest first. `PATCH .../reports/:report` reportDecision -> reportView. */
export const reportViewSchema = z.object({
  id: idSchema,
  subject: personSchema,
  reporter: personSchema,
  reason: z.enum(REPORT_REASONS),
  note: z.string(),
  message: z.number().int().positive().nullable(),
  /** What was said around it, as it was then, oldest first. */
  context: z.array(roomEventSchema),
  at: instantSchema,
  state: z.enum(["open", "dismissed", "acted"]),
  decidedBy: z.string().nullable(),
});
export type ReportView = z.infer<typeof reportViewSchema>;
export const reportQuerySchema = z.object({ state: z.enum(["open", "all"]).default("open"), cursor, limit });
export const reportListSchema = z.object({
  reports: z.array(reportViewSchema),
  nextCursor,
  open: z.number().int(),
});
/** `acted`: something was done about it, by the commands for that. */
export const reportDecisionSchema = z.object({ state: z.enum(["dismissed", "acted"]) });

/** What staff did. */
export const AUDITED = [
  "people.mute",
  "people.unmute",
  "people.ban",
  "people.unban",
  "people.appoint",
  "people.dismiss",
  "people.flag",
  "rules.edit",
  "held.decide",
  "report.decide",
  "chat.delete",
  "chat.pin",
  "chat.mode",
  "stage.remove",
  "stage.mute",
  "room.end",
  "frame.flag",
  "frame.decide",
  "screening.edit",
  "stage.hand-over",
] as const;
export type AuditedAction = (typeof AUDITED)[number];

/** `GET /api/rooms/:room/audit` -> newest first. `POST .../audit/:entry/undo` -> 204. */
export const auditEntrySchema = z.object({
  id: idSchema,
  at: instantSchema,
  /** Null: the server itself. */
  actor: personSchema.nullable(),
  action: z.enum(AUDITED),
  subject: personSchema.nullable(),
  /** What else there is to know, by name. */
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  undo: z.enum(["possible", "impossible", "done"]),
  undoneBy: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditQuerySchema = z.object({ cursor, limit });
export const auditListSchema = z.object({ entries: z.array(auditEntrySchema), nextCursor });

/** `GET /api/rooms/:room/follow`, `PUT` and `DELETE` -> followView: following a room's owner, in all of their rooms. */
export const followViewSchema = z.object({ following: z.boolean(), followers: z.number().int() });
export type FollowView = z.infer<typeof followViewSchema>;

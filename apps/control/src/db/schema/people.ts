import type { Actor, AuditEntry, ChatMode, ChatRules, RoomEvent, ScreeningPolicy } from "@sameroom/contract";
import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { instant } from "./columns.ts";
import { rooms } from "./rooms.ts";

/** Whom a room's owner has made moderators of it. */
export const roomModerators = pgTable(
  "room_moderators",
  {
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.accountId] }),
    index("room_moderators_account").on(table.accountId),
  ],
);

/**
 * Mutes and bans of rooms; in force until `until` (null: for ever) or until lifted. `evades`: the ban whose person this one seems
 * to be, by `signal`.
 */
export const sanctions = pgTable(
  "sanctions",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["mute", "ban"] }).notNull(),
    participant: text("participant").notNull(),
    name: text("name").notNull(),
    reason: text("reason").notNull(),
    /** Null: the server itself. */
    byParticipant: text("by_participant"),
    byName: text("by_name"),
    createdAt: instant("created_at").notNull(),
    until: instant("until_at"),
    liftedAt: instant("lifted_at"),
    evades: uuid("evades"),
    evadesName: text("evades_name"),
    signal: text("signal", { enum: ["device", "address"] }),
  },
  (table) => [
    index("sanctions_room").on(table.roomId, table.createdAt),
    index("sanctions_participant").on(table.participant, table.roomId),
    index("sanctions_evades").on(table.evades),
  ],
);
export type Sanction = typeof sanctions.$inferSelect;

/** By what a banned person is known again: salted hashes of devices and addresses, as long as the ban is. */
export const sanctionSignals = pgTable(
  "sanction_signals",
  {
    sanctionId: uuid("sanction_id")
      .notNull()
      .references(() => sanctions.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["device", "address"] }).notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sanctionId, table.kind, table.hash] }),
    index("sanction_signals_hash").on(table.hash),
  ],
);

/** From where people came lately, as salted hashes; forgotten after a month. */
export const participantTraces = pgTable(
  "participant_traces",
  {
    participant: text("participant").notNull(),
    deviceHash: text("device_hash").notNull(),
    addressHash: text("address_hash").notNull(),
    firstAt: instant("first_at").notNull(),
    seenAt: instant("seen_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.participant, table.deviceHash, table.addressHash] }),
    index("participant_traces_seen").on(table.seenAt),
  ],
);

/** What may be said in rooms that want it otherwise than the default. */
export const chatRules = pgTable("chat_rules", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  rules: jsonb("rules").$type<ChatRules>().notNull(),
});

/** Messages that filters stopped, as they are to be said if staff approve. */
export const heldMessages = pgTable(
  "held_messages",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    participant: text("participant").notNull(),
    clientId: uuid("client_id").notNull(),
    actor: jsonb("actor").$type<Actor>().notNull(),
    body: jsonb("body").$type<Extract<RoomEvent["body"], { type: "message" }>>().notNull(),
    captureUnixMs: doublePrecision("capture_unix_ms"),
    why: text("why", { enum: ["profanity", "words", "service"] }).notNull(),
    detail: text("detail").notNull(),
    createdAt: instant("created_at").notNull(),
    state: text("state", { enum: ["waiting", "approved", "rejected"] }).notNull(),
  },
  (table) => [
    unique("held_messages_client").on(table.roomId, table.participant, table.clientId),
    index("held_messages_room").on(table.roomId, table.state, table.createdAt),
  ],
);
export type HeldMessage = typeof heldMessages.$inferSelect;

/** What people reported, with what was said around it then. */
export const reports = pgTable(
  "reports",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    participant: text("participant").notNull(),
    name: text("name").notNull(),
    reporter: text("reporter").notNull(),
    reporterName: text("reporter_name").notNull(),
    reason: text("reason").notNull(),
    note: text("note").notNull(),
    message: integer("message"),
    context: jsonb("context").$type<RoomEvent[]>().notNull(),
    createdAt: instant("created_at").notNull(),
    state: text("state", { enum: ["open", "dismissed", "acted"] }).notNull(),
    decidedBy: text("decided_by"),
  },
  (table) => [
    index("reports_room").on(table.roomId, table.state, table.id),
    index("reports_reporter").on(table.reporter, table.createdAt),
  ],
);
export type Report = typeof reports.$inferSelect;

/** How something staff did is taken back. */
export type Undo =
  | { kind: "lift"; sanction: string }
  | { kind: "impose"; sanction: string }
  | { kind: "appoint" | "dismiss"; account: string }
  | { kind: "rules"; before: ChatRules }
  | { kind: "frame"; frame: string; harmless: boolean }
  | { kind: "screening"; before: ScreeningPolicy | null }
  | { kind: "pin"; message: number | null }
  | { kind: "chat-mode"; before: ChatMode }
  | { kind: "silence"; participant: string; silenced: boolean }
  | { kind: "readmit"; participant: string }
  | { kind: "hand-over"; participant: string | null }
  | { kind: "held"; message: string }
  | { kind: "report"; report: string };

/** What staff did in rooms. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    at: instant("at").notNull(),
    actorParticipant: text("actor_participant"),
    actorName: text("actor_name"),
    action: text("action").notNull(),
    subjectParticipant: text("subject_participant"),
    subjectName: text("subject_name"),
    detail: jsonb("detail").$type<AuditEntry["detail"]>().notNull(),
    undo: jsonb("undo").$type<Undo>(),
    undoneAt: instant("undone_at"),
    undoneBy: text("undone_by"),
  },
  (table) => [index("audit_entries_room").on(table.roomId, table.id)],
);
export type AuditRow = typeof auditEntries.$inferSelect;

/** Who follows whom: accounts, and with them all of their rooms. */
export const follows = pgTable(
  "follows",
  {
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.ownerId] }),
    index("follows_owner").on(table.ownerId),
  ],
);

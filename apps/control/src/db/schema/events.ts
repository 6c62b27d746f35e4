import type { Actor, ChatMode, EventBody } from "@sameroom/contract";
import { isNotNull } from "drizzle-orm";
import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { rooms } from "./rooms.ts";

/**
 * Where a room's event log stands. Whoever appends holds this row's lock: that gives the log of several control processes one
 * order. `chatMode` and `pinned` are what the log's events made of them.
 */
export const roomLogs = pgTable("room_logs", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  /** The newest sequence number. */
  last: integer("last").notNull(),
  /** Null: never set. */
  chatMode: jsonb("chat_mode").$type<ChatMode>(),
  /** Sequence number of a message. */
  pinned: integer("pinned"),
});

/** What happened in rooms, each room's without gaps. `participant` is the actor's, empty for the server itself. */
export const roomEvents = pgTable(
  "room_events",
  {
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    sequence: integer("sequence").notNull(),
    at: instant("at").notNull(),
    captureUnixMs: doublePrecision("capture_unix_ms"),
    participant: text("participant").notNull(),
    actor: jsonb("actor").$type<Actor>(),
    clientId: uuid("client_id"),
    audience: text("audience", { enum: ["all", "staff"] }).notNull(),
    type: text("type").$type<EventBody["type"]>().notNull(),
    /** Of a message: the one it answers. */
    replyTo: integer("reply_to"),
    /** The broadcast that was on air. Not a reference: its row may be saved later than its first event. */
    broadcastId: uuid("broadcast_id"),
    body: jsonb("body").$type<EventBody>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.sequence] }),
    uniqueIndex("room_events_client")
      .on(table.roomId, table.participant, table.clientId)
      .where(isNotNull(table.clientId)),
    index("room_events_replies").on(table.roomId, table.replyTo).where(isNotNull(table.replyTo)),
    index("room_events_broadcast").on(table.broadcastId, table.sequence).where(isNotNull(table.broadcastId)),
  ],
);
export type RoomEventRow = typeof roomEvents.$inferSelect;

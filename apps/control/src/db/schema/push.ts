import type { PushMessage } from "@sameroom/contract";
import { index, integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { instant } from "./columns.ts";
import { broadcasts, rooms } from "./rooms.ts";

/** The pair that signs what is sent to push services (RFC 8292), made once: subscriptions are bound to it. One row. */
export const pushKeys = pgTable("push_keys", {
  id: integer("id").primaryKey(),
  publicKey: text("public_key").notNull(),
  /** Sealed (`seal.ts`). */
  privateKey: text("private_key").notNull(),
});

/** Devices that get push messages. */
export const pushSubscriptions = pgTable(
  "push_subscriptions",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    endpoint: text("endpoint").notNull().unique(),
    p256dh: text("p256dh").notNull(),
    auth: text("auth").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("push_subscriptions_account").on(table.accountId)],
);
export type PushSubscriptionRow = typeof pushSubscriptions.$inferSelect;

/** Shows whose followers were told. */
export const liveNotices = pgTable(
  "live_notices",
  {
    broadcastId: uuid("broadcast_id")
      .primaryKey()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    at: instant("at").notNull(),
  },
  (table) => [index("live_notices_room").on(table.roomId, table.at)],
);

/** Push messages that are to be sent; gone when they were taken, or are of no use any more. */
export const pushJobs = pgTable(
  "push_jobs",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    subscriptionId: uuid("subscription_id")
      .notNull()
      .references(() => pushSubscriptions.id, { onDelete: "cascade" }),
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    message: jsonb("message").$type<PushMessage>().notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** Also how long whoever works on it has it for themself. */
    dueAt: instant("due_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    unique("push_jobs_once").on(table.subscriptionId, table.broadcastId),
    index("push_jobs_due").on(table.dueAt),
  ],
);

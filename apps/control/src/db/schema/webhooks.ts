import type { EventType } from "@sameroom/contract";
import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { instant } from "./columns.ts";
import { rooms } from "./rooms.ts";

/** Where an account's rooms are told of to another server. `secret` is sealed (`seal.ts`); no `types`: everything. */
export const webhooks = pgTable(
  "webhooks",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    secret: text("secret").notNull(),
    types: jsonb("types").$type<EventType[]>().notNull(),
    enabled: boolean("enabled").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("webhooks_account").on(table.accountId, table.createdAt)],
);
export type WebhookRow = typeof webhooks.$inferSelect;

/**
 * How far a room's log has been delivered to a webhook. `leaseUntil`: one process delivers it until then; `failures` in a row
 * since `failingSince`, `nextAt` is when it is tried again.
 */
export const webhookCursors = pgTable(
  "webhook_cursors",
  {
    webhookId: uuid("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    delivered: integer("delivered").notNull(),
    failures: integer("failures").notNull().default(0),
    failingSince: instant("failing_since"),
    fault: text("fault"),
    nextAt: instant("next_at"),
    leaseUntil: instant("lease_until"),
  },
  (table) => [primaryKey({ columns: [table.webhookId, table.roomId] })],
);
export type WebhookCursor = typeof webhookCursors.$inferSelect;

/** Attempts of the last days, for the owner to look at. `sequence` null: a test. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: uuid("id").primaryKey(),
    webhookId: uuid("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    roomId: uuid("room_id").references(() => rooms.id, { onDelete: "cascade" }),
    sequence: integer("sequence"),
    type: text("type").notNull(),
    attempt: integer("attempt").notNull(),
    status: integer("status"),
    fault: text("fault"),
    durationMs: doublePrecision("duration_ms").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    index("webhook_deliveries_webhook").on(table.webhookId, table.at),
    index("webhook_deliveries_at").on(table.at),
  ],
);
export type WebhookDelivery = typeof webhookDeliveries.$inferSelect;

import { isNull, sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { instant, points } from "./columns.ts";
import { rooms } from "./rooms.ts";

/** What a channel, the owner of rooms, sells by the month. */
export const subscriptionTiers = pgTable(
  "subscription_tiers",
  {
    channelId: uuid("channel_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    level: integer("level").notNull(),
    name: text("name").notNull(),
    perks: text("perks").notNull(),
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    offered: boolean("offered").notNull(),
  },
  (table) => [primaryKey({ columns: [table.channelId, table.level] })],
);
export type TierRow = typeof subscriptionTiers.$inferSelect;

/**
 * What somebody bought: a subscription of their own that may renew, or a gift. The tier stands here as it was sold. `subscription`
 * is the provider's name for what it renews; `reference` its name for the checkout. `endsAt`: paid until then.
 */
export const subscriptionOrders = pgTable(
  "subscription_orders",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind", { enum: ["own", "gift"] }).notNull(),
    state: text("state", { enum: ["open", "active", "ended", "failed", "refunded"] }).notNull(),
    buyerId: uuid("buyer_id")
      .notNull()
      .references(() => accounts.id),
    channelId: uuid("channel_id")
      .notNull()
      .references(() => accounts.id),
    /** Where it was bought, and is told. */
    roomId: uuid("room_id").references(() => rooms.id, { onDelete: "set null" }),
    level: integer("level").notNull(),
    tierName: text("tier_name").notNull(),
    /** Of each payment. */
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    months: integer("months").notNull(),
    /** Accounts of a gift; empty: the buyer. */
    recipients: jsonb("recipients").$type<string[]>().notNull(),
    provider: text("provider", { enum: ["stripe", "sandbox"] }).notNull(),
    reference: text("reference"),
    subscription: text("subscription"),
    checkoutUrl: text("checkout_url"),
    renews: boolean("renews").notNull(),
    createdAt: instant("created_at").notNull(),
    startedAt: instant("started_at"),
    endsAt: instant("ends_at"),
  },
  (table) => [
    index("subscription_orders_buyer").on(table.buyerId, table.createdAt),
    index("subscription_orders_due").on(table.endsAt).where(sql`${table.state} = 'active'`),
    index("subscription_orders_subscription").on(table.provider, table.subscription),
  ],
);
export type SubscriptionOrderRow = typeof subscriptionOrders.$inferSelect;

/** Money that came for an order, once for each `key`. `toldAt` null: its event and its standings are still to be told. */
export const subscriptionPayments = pgTable(
  "subscription_payments",
  {
    id: uuid("id").primaryKey(),
    orderId: uuid("order_id")
      .notNull()
      .references(() => subscriptionOrders.id),
    key: text("key").notNull().unique(),
    kind: text("kind", { enum: ["joined", "renewed", "gifted"] }).notNull(),
    payment: text("payment").notNull(),
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    /** What it was in points, and what of them came to the channel. */
    points: points("points").notNull(),
    earnedPoints: points("earned_points").notNull(),
    refundedAmount: integer("refunded_amount").notNull().default(0),
    /** Points, of `points`, that refunds took back. */
    reversedPoints: points("reversed_points").notNull().default(0),
    at: instant("at").notNull(),
    toldAt: instant("told_at"),
  },
  (table) => [
    index("subscription_payments_order").on(table.orderId, table.at),
    index("subscription_payments_at").on(table.at),
    uniqueIndex("subscription_payments_payment").on(table.payment),
    index("subscription_payments_untold").on(table.at).where(isNull(table.toldAt)),
  ],
);
export type SubscriptionPaymentRow = typeof subscriptionPayments.$inferSelect;

/**
 * Months that are paid: who subscribes is whoever has one that runs. A gift of several months is several rows. `closed`: its end was
 * told to who is there.
 */
export const subscriptionPeriods = pgTable(
  "subscription_periods",
  {
    paymentId: uuid("payment_id")
      .notNull()
      .references(() => subscriptionPayments.id),
    orderId: uuid("order_id")
      .notNull()
      .references(() => subscriptionOrders.id),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    channelId: uuid("channel_id")
      .notNull()
      .references(() => accounts.id),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at").notNull(),
    closed: boolean("closed").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.accountId, table.startsAt] }),
    index("subscription_periods_of").on(table.channelId, table.accountId, table.endsAt),
    index("subscription_periods_account").on(table.accountId, table.endsAt),
    index("subscription_periods_open").on(table.endsAt).where(sql`not ${table.closed}`),
  ],
);
export type SubscriptionPeriodRow = typeof subscriptionPeriods.$inferSelect;

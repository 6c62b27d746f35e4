import type { Actor, TransferKind } from "@sameroom/contract";
import { isNotNull, isNull, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
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
import { accounts } from "./accounts.ts";
import { instant, points } from "./columns.ts";
import { rooms } from "./rooms.ts";

/**
 * Who owns points (100 to a coin): `wallet:ACCOUNT`, `earnings:ACCOUNT`, and the house's own, `house:...`, which are made by the
 * migration. `balance` is the sum of the account's postings, kept here because it is what a row lock and a constraint can hold
 * above zero; the house's accounts have none, so that nobody waits for another's gift because of them.
 */
export const ledgerAccounts = pgTable(
  "ledger_accounts",
  { id: text("id").primaryKey(), balance: points("balance") },
  (table) => [
    check("ledger_accounts_never_negative", sql`${table.balance} >= 0`),
    check("ledger_accounts_house", sql`(${table.balance} is null) = (${table.id} like 'house:%')`),
  ],
);

/** What moved points, once for each `key`. Triggers of the migration refuse every change and removal. */
export const ledgerTransfers = pgTable("ledger_transfers", {
  id: uuid("id").primaryKey(),
  key: text("key").notNull().unique(),
  kind: text("kind").$type<TransferKind>().notNull(),
  memo: text("memo").notNull(),
  at: instant("at").notNull(),
});
export type LedgerTransfer = typeof ledgerTransfers.$inferSelect;

/**
 * One account's part of a transfer; those of a transfer sum to zero, which a trigger of the migration holds. `sequence` grows in the
 * order in which an account's postings were made.
 */
export const ledgerPostings = pgTable(
  "ledger_postings",
  {
    transferId: uuid("transfer_id")
      .notNull()
      .references(() => ledgerTransfers.id),
    accountId: text("account_id")
      .notNull()
      .references(() => ledgerAccounts.id),
    points: points("points").notNull(),
    balanceAfter: points("balance_after"),
    sequence: bigint("sequence", { mode: "number" }).generatedAlwaysAsIdentity(),
  },
  (table) => [
    primaryKey({ columns: [table.transferId, table.accountId] }),
    index("ledger_postings_account").on(table.accountId, table.sequence),
    check("ledger_postings_something", sql`${table.points} <> 0`),
  ],
);

/** Coins as they are sold. */
export const coinPackages = pgTable("coin_packages", {
  code: text("code").primaryKey(),
  coins: integer("coins").notNull(),
  amount: integer("amount").notNull(),
  currency: text("currency").notNull(),
  offered: boolean("offered").notNull(),
});
export type CoinPackageRow = typeof coinPackages.$inferSelect;

/** Somebody buys coins. `reference` and `payment` are the provider's names for the checkout and for the money. */
export const purchases = pgTable(
  "purchases",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    provider: text("provider", { enum: ["stripe", "sandbox"] }).notNull(),
    state: text("state", { enum: ["open", "paid", "failed", "refunded"] }).notNull(),
    coins: integer("coins").notNull(),
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    reference: text("reference"),
    payment: text("payment"),
    checkoutUrl: text("checkout_url"),
    refundedAmount: integer("refunded_amount").notNull().default(0),
    /** Points that refunds took back. */
    reversedPoints: points("reversed_points").notNull().default(0),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("purchases_account").on(table.accountId, table.createdAt),
    index("purchases_created").on(table.createdAt),
    uniqueIndex("purchases_payment").on(table.provider, table.payment).where(isNotNull(table.payment)),
  ],
);
export type PurchaseRow = typeof purchases.$inferSelect;

/** What can be sent to hosts. */
export const gifts = pgTable("gifts", {
  code: text("code").primaryKey(),
  name: text("name").notNull(),
  animation: text("animation").notNull(),
  price: integer("price").notNull(),
  offered: boolean("offered").notNull(),
});
export type GiftRow = typeof gifts.$inferSelect;

/** Gifts that were paid. `sequence` is their event in the room's log; null: it is still to be told. */
export const sentGifts = pgTable(
  "sent_gifts",
  {
    transferId: uuid("transfer_id")
      .primaryKey()
      .references(() => ledgerTransfers.id),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    broadcastId: uuid("broadcast_id"),
    senderId: uuid("sender_id")
      .notNull()
      .references(() => accounts.id),
    receiverId: uuid("receiver_id")
      .notNull()
      .references(() => accounts.id),
    clientId: uuid("client_id").notNull(),
    actor: jsonb("actor").$type<Actor>().notNull(),
    gift: text("gift").notNull(),
    name: text("name").notNull(),
    animation: text("animation").notNull(),
    price: integer("price").notNull(),
    count: integer("count").notNull(),
    /** What of it came to the receiver. */
    earnedPoints: points("earned_points").notNull(),
    comboId: uuid("combo_id").notNull(),
    comboCount: integer("combo_count").notNull(),
    at: instant("at").notNull(),
    captureUnixMs: doublePrecision("capture_unix_ms"),
    sequence: integer("sequence"),
  },
  (table) => [
    index("sent_gifts_room").on(table.roomId, table.broadcastId),
    index("sent_gifts_room_at").on(table.roomId, table.at),
    index("sent_gifts_combo").on(table.senderId, table.at),
    index("sent_gifts_receiver").on(table.receiverId, table.at),
    index("sent_gifts_untold").on(table.at).where(isNull(table.sequence)),
  ],
);
export type SentGiftRow = typeof sentGifts.$inferSelect;

/** Somebody wants their earnings as money; an admin settles it by hand. */
export const payouts = pgTable(
  "payouts",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id),
    state: text("state", { enum: ["requested", "paid", "refused", "cancelled"] }).notNull(),
    points: points("points").notNull(),
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    destination: text("destination").notNull(),
    note: text("note").notNull(),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
    settledBy: uuid("settled_by").references(() => accounts.id),
  },
  (table) => [
    index("payouts_account").on(table.accountId, table.createdAt),
    index("payouts_state").on(table.state, table.createdAt),
  ],
);
export type PayoutRow = typeof payouts.$inferSelect;

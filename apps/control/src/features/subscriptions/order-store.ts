import { and, asc, desc, eq, inArray, isNull, lte, or } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queryable } from "../../db/database.ts";
import {
  accounts,
  rooms,
  type SubscriptionOrderRow,
  type SubscriptionPaymentRow,
  subscriptionOrders,
  subscriptionPayments,
} from "../../db/schema.ts";

/** An order with the names that go with it. */
export interface NamedOrder {
  order: SubscriptionOrderRow;
  buyer: string;
  channel: string;
  /** Slug of the room where it was bought; null: it is gone. */
  room: string | null;
}

/** A payment with its order. */
export interface NamedPayment extends NamedOrder {
  payment: SubscriptionPaymentRow;
}

/** Orders of subscriptions and what was paid for them, in the database. */
export interface OrderStore {
  /** false: there is one with this id. */
  insert(order: SubscriptionOrderRow): Promise<boolean>;
  find(id: string): Promise<NamedOrder | null>;
  /** Nobody else changes it until the transaction ends. */
  lock(id: string): Promise<SubscriptionOrderRow | null>;
  update(id: string, changes: Partial<Omit<SubscriptionOrderRow, "id">>): Promise<void>;
  /** Somebody's, newest first, but for those that were never paid. */
  of(buyerId: string, limit: number): Promise<NamedOrder[]>;
  /** Somebody's own orders for a channel in these states. */
  own(
    buyerId: string,
    channelId: string,
    states: SubscriptionOrderRow["state"][],
  ): Promise<SubscriptionOrderRow[]>;
  /**
   * Active ones that are not paid any more, oldest first. Of those that a provider renews by itself only what is long over: it tells
   * when it gives up.
   */
  due(now: Date, limit: number): Promise<SubscriptionOrderRow[]>;
  /** false: this key has been paid. */
  insertPayment(payment: SubscriptionPaymentRow): Promise<boolean>;
  /** By its id or the provider's name for it; nobody else changes it until the transaction ends. */
  lockPayment(which: { id: string } | { payment: string }): Promise<SubscriptionPaymentRow | null>;
  updatePayment(id: string, changes: Partial<Omit<SubscriptionPaymentRow, "id">>): Promise<void>;
  payments(orderId: string): Promise<number>;
  payment(id: string): Promise<NamedPayment | null>;
  /** Paid and not told, oldest first. */
  untold(limit: number): Promise<NamedPayment[]>;
  /** Everybody's, newest first. */
  allPayments(limit: number): Promise<NamedPayment[]>;
  /** Names of these accounts, in this order; those that are gone are left out. */
  names(accountIds: readonly string[]): Promise<{ id: string; name: string }[]>;
}

/** By then every provider has ended what nobody pays. */
const GIVEN_UP_MS = 35 * 86_400_000;

export function createOrderStore(db: Queryable): OrderStore {
  const buyer = alias(accounts, "buyer");
  const channel = alias(accounts, "channel");
  const named = { order: subscriptionOrders, buyer: buyer.displayName, channel: channel.displayName };
  const orders = () =>
    db
      .select({ ...named, room: rooms.slug })
      .from(subscriptionOrders)
      .innerJoin(buyer, eq(buyer.id, subscriptionOrders.buyerId))
      .innerJoin(channel, eq(channel.id, subscriptionOrders.channelId))
      .leftJoin(rooms, eq(rooms.id, subscriptionOrders.roomId));
  const payments = () =>
    db
      .select({ ...named, room: rooms.slug, payment: subscriptionPayments })
      .from(subscriptionPayments)
      .innerJoin(subscriptionOrders, eq(subscriptionOrders.id, subscriptionPayments.orderId))
      .innerJoin(buyer, eq(buyer.id, subscriptionOrders.buyerId))
      .innerJoin(channel, eq(channel.id, subscriptionOrders.channelId))
      .leftJoin(rooms, eq(rooms.id, subscriptionOrders.roomId));
  const { state, buyerId, channelId, kind, endsAt } = subscriptionOrders;

  return {
    async insert(order) {
      const inserted = await db
        .insert(subscriptionOrders)
        .values(order)
        .onConflictDoNothing({ target: subscriptionOrders.id })
        .returning({ id: subscriptionOrders.id });
      return inserted.length === 1;
    },
    async find(id) {
      const [found] = await orders().where(eq(subscriptionOrders.id, id)).limit(1);
      return found ?? null;
    },
    async lock(id) {
      const [found] = await db
        .select()
        .from(subscriptionOrders)
        .where(eq(subscriptionOrders.id, id))
        .for("update");
      return found ?? null;
    },
    async update(id, changes) {
      await db.update(subscriptionOrders).set(changes).where(eq(subscriptionOrders.id, id));
    },
    of: (buyer, limit) =>
      orders()
        .where(and(eq(buyerId, buyer), inArray(state, ["active", "ended", "refunded"])))
        .orderBy(desc(subscriptionOrders.createdAt))
        .limit(limit),
    own: (buyer, channel, states) =>
      db
        .select()
        .from(subscriptionOrders)
        .where(and(eq(buyerId, buyer), eq(channelId, channel), eq(kind, "own"), inArray(state, [...states]))),
    due: (now, limit) =>
      db
        .select()
        .from(subscriptionOrders)
        .where(
          and(
            ...[eq(state, "active"), lte(endsAt, now)],
            or(
              eq(subscriptionOrders.renews, false),
              eq(subscriptionOrders.provider, "sandbox"),
              lte(endsAt, new Date(now.getTime() - GIVEN_UP_MS)),
            ),
          ),
        )
        .orderBy(asc(endsAt))
        .limit(limit),
    async insertPayment(payment) {
      const inserted = await db
        .insert(subscriptionPayments)
        .values(payment)
        .onConflictDoNothing({ target: subscriptionPayments.key })
        .returning({ id: subscriptionPayments.id });
      return inserted.length === 1;
    },
    async lockPayment(which) {
      const condition =
        "id" in which
          ? eq(subscriptionPayments.id, which.id)
          : eq(subscriptionPayments.payment, which.payment);
      const [found] = await db.select().from(subscriptionPayments).where(condition).limit(1).for("update");
      return found ?? null;
    },
    async updatePayment(id, changes) {
      await db.update(subscriptionPayments).set(changes).where(eq(subscriptionPayments.id, id));
    },
    payments: (orderId) => db.$count(subscriptionPayments, eq(subscriptionPayments.orderId, orderId)),
    async payment(id) {
      const [found] = await payments().where(eq(subscriptionPayments.id, id)).limit(1);
      return found ?? null;
    },
    untold: (limit) =>
      payments()
        .where(isNull(subscriptionPayments.toldAt))
        .orderBy(asc(subscriptionPayments.at))
        .limit(limit),
    allPayments: (limit) => payments().orderBy(desc(subscriptionPayments.at)).limit(limit),
    async names(accountIds) {
      if (accountIds.length === 0) return [];
      const rows = await db
        .select({ id: accounts.id, name: accounts.displayName })
        .from(accounts)
        .where(inArray(accounts.id, [...accountIds]));
      return accountIds.flatMap((id) => rows.find((row) => row.id === id) ?? []);
    },
  };
}

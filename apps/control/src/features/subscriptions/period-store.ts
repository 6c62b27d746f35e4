import { and, desc, eq, gt, gte, inArray, lte, max, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import {
  accounts,
  rooms,
  type SubscriptionPeriodRow,
  subscriptionOrders,
  subscriptionPayments,
  subscriptionPeriods,
} from "../../db/schema.ts";
import { LATE_RENEWAL_MS } from "./rules.ts";

/** Somebody's subscription to a channel that runs. */
export interface Running {
  accountId: string;
  channelId: string;
  /** Paid until then, by this order or by others. */
  until: Date;
  /** It runs until then even if no renewal comes. */
  runsUntil: Date;
  /** Months so far. */
  months: number;
  level: number;
  tierName: string;
  amount: number;
  currency: string;
  /** The order of the month that runs. */
  orderId: string;
  kind: "own" | "gift";
  renews: boolean;
  /** Who paid. */
  buyer: string;
}

/** Months that are paid, in the database: who subscribes to what. */
export interface PeriodStore {
  insert(rows: readonly Omit<SubscriptionPeriodRow, "closed">[]): Promise<void>;
  /** Somebody's subscription to a channel now, the highest tier if there are several; null: none. */
  running(accountId: string, channelId: string, now: Date): Promise<Running | null>;
  /** Those of these accounts that subscribe to the channel now. */
  among(channelId: string, accountIds: readonly string[], now: Date): Promise<ReadonlySet<string>>;
  /** All that somebody subscribes to now, with a room of each channel. */
  ofAccount(accountId: string, now: Date): Promise<(Running & { channel: string; room: string | null })[]>;
  /** Who subscribes to a channel now, those who have paid furthest first, and how many do. */
  ofChannel(
    channelId: string,
    page: { now: Date; limit: number },
  ): Promise<{ subscribers: (Running & { name: string })[]; count: number }>;
  /** Points a channel earned from subscriptions since then, less what went back. */
  earnedSince(channelId: string, since: Date): Promise<number>;
  /** When the last paid month of each of these accounts ends; those without one are absent. */
  lastEnds(channelId: string, accountIds: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /** What a payment paid for is over now. */
  cut(paymentId: string, now: Date): Promise<void>;
  /** Months that ended and were not closed: whose, of which channel. */
  unclosed(now: Date, limit: number): Promise<{ accountId: string; channelId: string }[]>;
  /** All of somebody's months for a channel that ended by then are dealt with. */
  close(accountId: string, channelId: string, now: Date): Promise<void>;
}

const late = sql.raw(`interval '${LATE_RENEWAL_MS} milliseconds'`);

export function createPeriodStore(db: Queryable): PeriodStore {
  const periods = subscriptionPeriods;
  const orders = subscriptionOrders;
  /** A month that its order renews runs on for a while: the renewal may be late. */
  const runsUntil = sql<Date>`${periods.endsAt} + (case when ${orders.renews} and ${orders.state} = 'active'
    and ${periods.endsAt} = ${orders.endsAt} then ${late} else interval '0' end)`.mapWith(periods.endsAt);
  const isRunning = (now: Date) =>
    and(lte(periods.startsAt, now), sql`${runsUntil} > ${now.toISOString()}::timestamptz`);
  const isOver = (now: Date) => sql`${runsUntil} <= ${now.toISOString()}::timestamptz`;
  const others = sql`subscription_periods as other where other.account_id = ${periods.accountId}
    and other.channel_id = ${periods.channelId}`;
  const columns = (now: Date) => ({
    ...{ accountId: periods.accountId, channelId: periods.channelId, runsUntil: runsUntil.as("runs_until") },
    until: sql<Date>`(select max(other.ends_at) from ${others})`.mapWith(periods.endsAt).as("paid_until"),
    months:
      sql<number>`(select count(*) from ${others} and other.starts_at <= ${now.toISOString()}::timestamptz
      and other.ends_at > other.starts_at)`
        .mapWith(Number)
        .as("months"),
    ...{ level: orders.level, tierName: orders.tierName, amount: orders.amount, currency: orders.currency },
    ...{ orderId: orders.id, kind: orders.kind, renews: orders.renews, buyer: accounts.displayName },
  });
  /** One for each account and channel: the highest tier, and of those what goes on longest. */
  const running = (now: Date) =>
    db
      .selectDistinctOn([periods.accountId, periods.channelId], columns(now))
      .from(periods)
      .innerJoin(orders, eq(orders.id, periods.orderId))
      .innerJoin(accounts, eq(accounts.id, orders.buyerId))
      .orderBy(
        periods.accountId,
        periods.channelId,
        desc(orders.level),
        desc(orders.renews),
        desc(runsUntil),
      );

  return {
    async insert(rows) {
      await db.insert(periods).values([...rows]);
    },
    async running(accountId, channelId, now) {
      const [found] = await running(now)
        .where(and(eq(periods.accountId, accountId), eq(periods.channelId, channelId), isRunning(now)))
        .limit(1);
      return found ?? null;
    },
    async among(channelId, accountIds, now) {
      if (accountIds.length === 0) return new Set();
      const rows = await db
        .selectDistinct({ id: periods.accountId })
        .from(periods)
        .innerJoin(orders, eq(orders.id, periods.orderId))
        .where(
          and(eq(periods.channelId, channelId), inArray(periods.accountId, [...accountIds]), isRunning(now)),
        );
      return new Set(rows.map(({ id }) => id));
    },
    async ofAccount(accountId, now) {
      const found = await running(now).where(and(eq(periods.accountId, accountId), isRunning(now)));
      if (found.length === 0) return [];
      const channels = await db
        .selectDistinctOn([accounts.id], { id: accounts.id, name: accounts.displayName, room: rooms.slug })
        .from(accounts)
        .leftJoin(
          rooms,
          and(eq(rooms.ownerId, accounts.id), inArray(rooms.visibility, ["public", "subscribers"])),
        )
        .where(
          inArray(
            accounts.id,
            found.map(({ channelId }) => channelId),
          ),
        )
        .orderBy(accounts.id, sql`(${rooms.state} in ('live', 'interrupted')) desc`, rooms.createdAt);
      return found.map((one) => {
        const channel = channels.find(({ id }) => id === one.channelId);
        return { ...one, channel: channel?.name ?? "", room: channel?.room ?? null };
      });
    },
    async ofChannel(channelId, { now, limit }) {
      const where = and(eq(periods.channelId, channelId), isRunning(now));
      const found = db.$with("found").as(running(now).where(where));
      const rows = await db
        .with(found)
        .select()
        .from(found)
        .orderBy(desc(found.until), desc(found.accountId))
        .limit(limit);
      const [all] = await db
        .select({ count: sql<number>`count(distinct ${periods.accountId})`.mapWith(Number) })
        .from(periods)
        .innerJoin(orders, eq(orders.id, periods.orderId))
        .where(where);
      const ids = rows.map(({ accountId }) => accountId);
      const names = await db
        .select({ id: accounts.id, name: accounts.displayName })
        .from(accounts)
        .where(inArray(accounts.id, ids));
      const nameOf = new Map(names.map(({ id, name }) => [id, name]));
      return {
        subscribers: rows.map((row) => ({ ...row, name: nameOf.get(row.accountId) ?? "" })),
        count: all?.count ?? 0,
      };
    },
    async earnedSince(channelId, since) {
      const { earnedPoints, reversedPoints, points, at, orderId } = subscriptionPayments;
      const kept = sql<number>`coalesce(sum(case when ${reversedPoints} >= ${points} then 0
        else ${earnedPoints} - (${reversedPoints} * ${earnedPoints}) / greatest(${points}, 1) end), 0)`;
      const [row] = await db
        .select({ kept: kept.mapWith(Number) })
        .from(subscriptionPayments)
        .innerJoin(orders, eq(orders.id, orderId))
        .where(and(eq(orders.channelId, channelId), gte(at, since)));
      return row?.kept ?? 0;
    },
    async lastEnds(channelId, accountIds) {
      const rows = await db
        .select({ id: periods.accountId, endsAt: max(periods.endsAt) })
        .from(periods)
        .where(and(eq(periods.channelId, channelId), inArray(periods.accountId, [...accountIds])))
        .groupBy(periods.accountId);
      return new Map(rows.flatMap(({ id, endsAt }) => (endsAt === null ? [] : [[id, endsAt] as const])));
    },
    async cut(paymentId, now) {
      await db.delete(periods).where(and(eq(periods.paymentId, paymentId), gt(periods.startsAt, now)));
      await db
        .update(periods)
        .set({ endsAt: now })
        .where(and(eq(periods.paymentId, paymentId), gt(periods.endsAt, now)));
    },
    async unclosed(now, limit) {
      return await db
        .selectDistinct({ accountId: periods.accountId, channelId: periods.channelId })
        .from(periods)
        .innerJoin(orders, eq(orders.id, periods.orderId))
        .where(and(eq(periods.closed, false), isOver(now)))
        .limit(limit);
    },
    async close(accountId, channelId, now) {
      await db
        .update(periods)
        .set({ closed: true })
        .from(orders)
        .where(
          and(
            ...[eq(orders.id, periods.orderId), eq(periods.closed, false), isOver(now)],
            ...[eq(periods.accountId, accountId), eq(periods.channelId, channelId)],
          ),
        );
    },
  };
}

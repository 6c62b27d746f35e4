import type { ShowEarnings, Supporter } from "@sameroom/contract";
import { and, asc, desc, eq, gte, inArray, isNull, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { accounts, ledgerTransfers, rooms, type SentGiftRow, sentGifts } from "../../db/schema.ts";

/** A gift with the room it was sent in. */
export interface SentGift {
  gift: SentGiftRow;
  slug: string;
}

/** Gifts that were sent, in the database. */
export interface SentGiftStore {
  insert(rows: readonly SentGiftRow[]): Promise<void>;
  byTransfers(transfers: readonly string[]): Promise<SentGiftRow[]>;
  /** By the key of its transfer. */
  byKey(key: string): Promise<SentGift | null>;
  /** What these people sent last of each gift in each room, no longer ago than that. */
  lastOf(senders: readonly string[], since: Date): Promise<SentGiftRow[]>;
  /** Paid before then and not in the log yet, oldest first. */
  untold(before: Date, limit: number): Promise<SentGift[]>;
  markTold(told: readonly { transfer: string; sequence: number }[]): Promise<void>;
  /** Who gave most in a room, in one show or ever. */
  supporters(
    roomId: string,
    query: { broadcast?: string | undefined; limit: number },
  ): Promise<{ supporters: Supporter[]; coins: number }>;
  /** What the last shows brought an account. */
  earnedBy(accountId: string, limit: number): Promise<ShowEarnings[]>;
}

export function createSentGiftStore(db: Queryable): SentGiftStore {
  const coins = sql<number>`sum(${sentGifts.price}::bigint * ${sentGifts.count})`.mapWith(Number);
  const withSlug = () =>
    db
      .select({ gift: sentGifts, slug: rooms.slug })
      .from(sentGifts)
      .innerJoin(rooms, eq(rooms.id, sentGifts.roomId));
  return {
    async insert(rows) {
      await db.insert(sentGifts).values([...rows]);
    },
    byTransfers: (transfers) =>
      db
        .select()
        .from(sentGifts)
        .where(inArray(sentGifts.transferId, [...transfers])),
    async byKey(key) {
      const [found] = await withSlug()
        .innerJoin(ledgerTransfers, eq(ledgerTransfers.id, sentGifts.transferId))
        .where(eq(ledgerTransfers.key, key))
        .limit(1);
      return found === undefined ? null : { gift: found.gift, slug: found.slug };
    },
    lastOf: (senders, since) =>
      db
        .selectDistinctOn([sentGifts.senderId, sentGifts.roomId, sentGifts.gift])
        .from(sentGifts)
        .where(and(inArray(sentGifts.senderId, [...senders]), gte(sentGifts.at, since)))
        .orderBy(
          ...[asc(sentGifts.senderId), asc(sentGifts.roomId), asc(sentGifts.gift)],
          ...[desc(sentGifts.at), desc(sentGifts.comboCount)],
        ),
    untold: (before, limit) =>
      withSlug()
        .where(and(isNull(sentGifts.sequence), lt(sentGifts.at, before)))
        .orderBy(asc(sentGifts.at))
        .limit(limit),
    async markTold(told) {
      const transfers = sql.param(told.map(({ transfer }) => transfer));
      const sequences = sql.param(told.map(({ sequence }) => sequence));
      await db.execute(sql`
        update sent_gifts set sequence = news.sequence
        from unnest(${transfers}::uuid[], ${sequences}::int[]) as news (transfer_id, sequence)
        where sent_gifts.transfer_id = news.transfer_id`);
    },
    async supporters(roomId, { broadcast, limit }) {
      const where = and(
        eq(sentGifts.roomId, roomId),
        broadcast === undefined ? undefined : eq(sentGifts.broadcastId, broadcast),
      );
      const rows = await db
        .select({
          ...{ id: accounts.id, name: accounts.displayName, coins },
          place: sql<number>`rank() over (order by ${coins} desc)`.mapWith(Number),
        })
        .from(sentGifts)
        .innerJoin(accounts, eq(accounts.id, sentGifts.senderId))
        .where(where)
        .groupBy(accounts.id)
        .orderBy(desc(coins), asc(accounts.id))
        .limit(limit);
      const [total] = await db.select({ coins }).from(sentGifts).where(where);
      const supporters = rows.map(({ id, ...rest }) => ({ participant: `user:${id}`, ...rest }));
      return { supporters, coins: total?.coins ?? 0 };
    },
    async earnedBy(accountId, limit) {
      const lastAt = sql<Date>`max(${sentGifts.at})`.mapWith(sentGifts.at);
      const rows = await db
        .select({
          ...{ broadcast: sentGifts.broadcastId, room: rooms.slug, title: rooms.title, lastAt, coins },
          gifts: sql<number>`sum(${sentGifts.count})`.mapWith(Number),
          points: sql<number>`sum(${sentGifts.earnedPoints})`.mapWith(Number),
        })
        .from(sentGifts)
        .innerJoin(rooms, eq(rooms.id, sentGifts.roomId))
        .where(eq(sentGifts.receiverId, accountId))
        .groupBy(sentGifts.broadcastId, rooms.id)
        .orderBy(desc(lastAt))
        .limit(limit);
      return rows.map(({ lastAt: at, ...rest }) => ({ ...rest, lastGiftAt: at.toISOString() }));
    },
  };
}

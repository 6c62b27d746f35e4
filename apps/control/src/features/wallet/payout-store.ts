import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { accounts, type PayoutRow, payouts } from "../../db/schema.ts";

/** Payouts in the database. */
export interface PayoutStore {
  /** false: there is one with this id. */
  insert(row: PayoutRow): Promise<boolean>;
  find(id: string): Promise<PayoutRow | null>;
  /** Settles one that waits; null: it does not wait, or is not that account's. */
  settle(
    which: { id: string; accountId?: string | undefined },
    how: Pick<PayoutRow, "state" | "note" | "settledAt" | "settledBy">,
  ): Promise<PayoutRow | null>;
  /** Newest first. */
  of(accountId: string, limit: number): Promise<PayoutRow[]>;
  /** Everybody's: those that wait first, oldest of them first; then the newest. */
  all(query: {
    state?: PayoutRow["state"] | undefined;
    limit: number;
  }): Promise<{ payout: PayoutRow; name: string }[]>;
  /** Points of an account in payouts of this state. */
  pointsIn(accountId: string, state: PayoutRow["state"]): Promise<number>;
}

export function createPayoutStore(db: Queryable): PayoutStore {
  return {
    async insert(row) {
      const inserted = await db
        .insert(payouts)
        .values(row)
        .onConflictDoNothing({ target: payouts.id })
        .returning({ id: payouts.id });
      return inserted.length === 1;
    },
    async find(id) {
      const [found] = await db.select().from(payouts).where(eq(payouts.id, id)).limit(1);
      return found ?? null;
    },
    async settle({ id, accountId }, how) {
      const [settled] = await db
        .update(payouts)
        .set(how)
        .where(
          and(
            ...[eq(payouts.id, id), eq(payouts.state, "requested")],
            accountId === undefined ? undefined : eq(payouts.accountId, accountId),
          ),
        )
        .returning();
      return settled ?? null;
    },
    of: (accountId, limit) =>
      db
        .select()
        .from(payouts)
        .where(eq(payouts.accountId, accountId))
        .orderBy(desc(payouts.createdAt))
        .limit(limit),
    all: ({ state, limit }) =>
      db
        .select({ payout: payouts, name: accounts.displayName })
        .from(payouts)
        .innerJoin(accounts, eq(accounts.id, payouts.accountId))
        .where(state === undefined ? undefined : eq(payouts.state, state))
        .orderBy(
          desc(sql`${payouts.state} = 'requested'`),
          asc(sql`case when ${payouts.state} = 'requested' then ${payouts.createdAt} end`),
          desc(payouts.createdAt),
        )
        .limit(limit),
    async pointsIn(accountId, state) {
      const [row] = await db
        .select({ points: sql<number>`coalesce(sum(${payouts.points}), 0)`.mapWith(Number) })
        .from(payouts)
        .where(and(eq(payouts.accountId, accountId), eq(payouts.state, state)));
      return row?.points ?? 0;
    },
  };
}

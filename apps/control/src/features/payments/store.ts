import { and, desc, eq, lt } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { accounts, type PurchaseRow, purchases } from "../../db/schema.ts";

/** Purchases in the database. */
export interface PurchaseStore {
  /** false: there is one with this id. */
  insert(row: PurchaseRow): Promise<boolean>;
  find(id: string): Promise<PurchaseRow | null>;
  /** The same, and nobody else changes it until the transaction ends. */
  lock(
    which: { id: string } | { provider: PurchaseRow["provider"]; payment: string },
  ): Promise<PurchaseRow | null>;
  update(id: string, changes: Partial<Omit<PurchaseRow, "id">>): Promise<void>;
  /** Newest first. */
  of(accountId: string, limit: number): Promise<PurchaseRow[]>;
  /** Everybody's, newest first. */
  all(page: { before?: Date | undefined; limit: number }): Promise<{ purchase: PurchaseRow; name: string }[]>;
}

export function createPurchaseStore(db: Queryable): PurchaseStore {
  return {
    async insert(row) {
      const inserted = await db
        .insert(purchases)
        .values(row)
        .onConflictDoNothing({ target: purchases.id })
        .returning({ id: purchases.id });
      return inserted.length === 1;
    },
    async find(id) {
      const [found] = await db.select().from(purchases).where(eq(purchases.id, id)).limit(1);
      return found ?? null;
    },
    async lock(which) {
      const condition =
        "id" in which
          ? eq(purchases.id, which.id)
          : and(eq(purchases.provider, which.provider), eq(purchases.payment, which.payment));
      const [found] = await db.select().from(purchases).where(condition).limit(1).for("update");
      return found ?? null;
    },
    async update(id, changes) {
      await db.update(purchases).set(changes).where(eq(purchases.id, id));
    },
    of: (accountId, limit) =>
      db
        .select()
        .from(purchases)
        .where(eq(purchases.accountId, accountId))
        .orderBy(desc(purchases.createdAt))
        .limit(limit),
    all: ({ before, limit }) =>
      db
        .select({ purchase: purchases, name: accounts.displayName })
        .from(purchases)
        .innerJoin(accounts, eq(accounts.id, purchases.accountId))
        .where(before === undefined ? undefined : lt(purchases.createdAt, before))
        .orderBy(desc(purchases.createdAt))
        .limit(limit),
  };
}

import { asc, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type CoinPackageRow, coinPackages } from "../../db/schema.ts";

/** Coins as they are sold, in the database. */
export interface PackageStore {
  /** Smallest first. */
  list(which: { offeredOnly: boolean }): Promise<CoinPackageRow[]>;
  /** Only when it is offered. */
  offered(code: string): Promise<CoinPackageRow | null>;
  put(row: CoinPackageRow): Promise<void>;
  /** false: there was none. */
  remove(code: string): Promise<boolean>;
}

export function createPackageStore(db: Queryable): PackageStore {
  return {
    list: ({ offeredOnly }) =>
      db
        .select()
        .from(coinPackages)
        .where(offeredOnly ? eq(coinPackages.offered, true) : undefined)
        .orderBy(asc(coinPackages.coins), asc(coinPackages.code)),
    async offered(code) {
      const [found] = await db.select().from(coinPackages).where(eq(coinPackages.code, code)).limit(1);
      return found?.offered === true ? found : null;
    },
    async put({ code, ...rest }) {
      await db
        .insert(coinPackages)
        .values({ code, ...rest })
        .onConflictDoUpdate({ target: coinPackages.code, set: rest });
    },
    async remove(code) {
      const removed = await db
        .delete(coinPackages)
        .where(eq(coinPackages.code, code))
        .returning({ code: coinPackages.code });
      return removed.length > 0;
    },
  };
}

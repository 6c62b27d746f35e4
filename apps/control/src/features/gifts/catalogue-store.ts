import { asc, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type GiftRow, gifts } from "../../db/schema.ts";

/** What can be sent, in the database. */
export interface CatalogueStore {
  /** Cheapest first. */
  list(which: { offeredOnly: boolean }): Promise<GiftRow[]>;
  /** Only when it is offered. */
  offered(code: string): Promise<GiftRow | null>;
  put(gift: GiftRow): Promise<void>;
  /** false: there was none. */
  remove(code: string): Promise<boolean>;
}

export function createCatalogueStore(db: Queryable): CatalogueStore {
  return {
    list: ({ offeredOnly }) =>
      db
        .select()
        .from(gifts)
        .where(offeredOnly ? eq(gifts.offered, true) : undefined)
        .orderBy(asc(gifts.price), asc(gifts.code)),
    async offered(code) {
      const [found] = await db.select().from(gifts).where(eq(gifts.code, code)).limit(1);
      return found?.offered === true ? found : null;
    },
    async put({ code, ...rest }) {
      await db
        .insert(gifts)
        .values({ code, ...rest })
        .onConflictDoUpdate({ target: gifts.code, set: rest });
    },
    async remove(code) {
      const removed = await db.delete(gifts).where(eq(gifts.code, code)).returning({ code: gifts.code });
      return removed.length > 0;
    },
  };
}

import { and, asc, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { subscriptionTiers, type TierRow } from "../../db/schema.ts";

/** What channels sell, in the database. */
export interface TierStore {
  /** By level. */
  of(channelId: string, which: { offeredOnly: boolean }): Promise<TierRow[]>;
  put(tier: TierRow): Promise<void>;
}

export function createTierStore(db: Queryable): TierStore {
  return {
    of: (channelId, { offeredOnly }) =>
      db
        .select()
        .from(subscriptionTiers)
        .where(
          and(
            eq(subscriptionTiers.channelId, channelId),
            offeredOnly ? eq(subscriptionTiers.offered, true) : undefined,
          ),
        )
        .orderBy(asc(subscriptionTiers.level)),
    async put({ channelId, level, ...rest }) {
      await db
        .insert(subscriptionTiers)
        .values({ channelId, level, ...rest })
        .onConflictDoUpdate({ target: [subscriptionTiers.channelId, subscriptionTiers.level], set: rest });
    },
  };
}

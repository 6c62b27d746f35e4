import { and, count, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { follows, rooms } from "../../db/schema.ts";

/** Who follows whom, in the database. */
export interface FollowStore {
  follow(accountId: string, ownerId: string, at: Date): Promise<void>;
  unfollow(accountId: string, ownerId: string): Promise<void>;
  isFollowing(accountId: string, ownerId: string): Promise<boolean>;
  /** Whether an account follows the owner of this room. */
  follows(accountId: string, slug: string): Promise<boolean>;
  followersOf(ownerId: string): Promise<number>;
}

export function createFollowStore(db: Queryable): FollowStore {
  const one = (accountId: string, ownerId: string) =>
    and(eq(follows.accountId, accountId), eq(follows.ownerId, ownerId));
  return {
    async follow(accountId, ownerId, at) {
      await db.insert(follows).values({ accountId, ownerId, createdAt: at }).onConflictDoNothing();
    },
    async unfollow(accountId, ownerId) {
      await db.delete(follows).where(one(accountId, ownerId));
    },
    async isFollowing(accountId, ownerId) {
      const [found] = await db.select({ at: follows.createdAt }).from(follows).where(one(accountId, ownerId));
      return found !== undefined;
    },
    async follows(accountId, slug) {
      const [found] = await db
        .select({ at: follows.createdAt })
        .from(follows)
        .innerJoin(rooms, eq(rooms.ownerId, follows.ownerId))
        .where(and(eq(follows.accountId, accountId), eq(rooms.slug, slug)))
        .limit(1);
      return found !== undefined;
    },
    async followersOf(ownerId) {
      const [row] = await db.select({ count: count() }).from(follows).where(eq(follows.ownerId, ownerId));
      return row?.count ?? 0;
    },
  };
}

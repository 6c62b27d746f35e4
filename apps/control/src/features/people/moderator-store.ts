import { and, asc, count, eq, inArray } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Account, accounts, roomModerators } from "../../db/schema.ts";

/** Who is a moderator of which room, in the database. */
export interface ModeratorStore {
  /** false when they are already. */
  insert(roomId: string, accountId: string, at: Date): Promise<boolean>;
  /** false when they were none. */
  remove(roomId: string, accountId: string): Promise<boolean>;
  has(roomId: string, accountId: string): Promise<boolean>;
  /** Those of these accounts that are moderators of the room. */
  among(roomId: string, accountIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** In the order they were appointed. */
  list(roomId: string): Promise<{ account: Account; since: Date }[]>;
  countOf(roomId: string): Promise<number>;
}

export function createModeratorStore(db: Queryable): ModeratorStore {
  const one = (roomId: string, accountId: string) =>
    and(eq(roomModerators.roomId, roomId), eq(roomModerators.accountId, accountId));
  return {
    async insert(roomId, accountId, at) {
      const inserted = await db
        .insert(roomModerators)
        .values({ roomId, accountId, createdAt: at })
        .onConflictDoNothing()
        .returning({ accountId: roomModerators.accountId });
      return inserted.length === 1;
    },
    async remove(roomId, accountId) {
      const removed = await db
        .delete(roomModerators)
        .where(one(roomId, accountId))
        .returning({ accountId: roomModerators.accountId });
      return removed.length === 1;
    },
    async has(roomId, accountId) {
      const [found] = await db
        .select({ accountId: roomModerators.accountId })
        .from(roomModerators)
        .where(one(roomId, accountId));
      return found !== undefined;
    },
    async among(roomId, accountIds) {
      if (accountIds.length === 0) return new Set();
      const found = await db
        .select({ id: roomModerators.accountId })
        .from(roomModerators)
        .where(and(eq(roomModerators.roomId, roomId), inArray(roomModerators.accountId, [...accountIds])));
      return new Set(found.map(({ id }) => id));
    },
    async list(roomId) {
      return await db
        .select({ account: accounts, since: roomModerators.createdAt })
        .from(roomModerators)
        .innerJoin(accounts, eq(accounts.id, roomModerators.accountId))
        .where(eq(roomModerators.roomId, roomId))
        .orderBy(asc(roomModerators.createdAt), asc(accounts.id));
    },
    async countOf(roomId) {
      const [row] = await db
        .select({ count: count() })
        .from(roomModerators)
        .where(eq(roomModerators.roomId, roomId));
      return row?.count ?? 0;
    },
  };
}

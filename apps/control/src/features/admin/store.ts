import { and, count, eq, gt, ilike, isNull, or, type SQL } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Account, accounts, rooms } from "../../db/schema.ts";

/** Accounts as admins look at them. */
export interface AdminStore {
  /** In the order they signed up; `search` in user and display name. */
  users(query: {
    search: string;
    after: string | null;
    limit: number;
  }): Promise<{ users: UserRow[]; total: number }>;
  user(id: string): Promise<UserRow | null>;
  update(id: string, changes: Partial<Pick<Account, "disabled" | "role">>): Promise<void>;
  /** Slugs of all rooms an account owns. */
  slugsOf(accountId: string): Promise<string[]>;
}

export interface UserRow {
  account: Account;
  rooms: number;
}

export function createAdminStore(db: Queryable): AdminStore {
  const withRooms = (condition: SQL | undefined, limit: number) =>
    db
      .select({ account: accounts, rooms: count(rooms.id) })
      .from(accounts)
      .leftJoin(rooms, and(eq(rooms.ownerId, accounts.id), isNull(rooms.deletedAt)))
      .where(condition)
      .groupBy(accounts.id)
      .orderBy(accounts.id)
      .limit(limit);
  return {
    async users({ search, after, limit }) {
      const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
      const matches =
        search === ""
          ? undefined
          : or(ilike(accounts.username, pattern), ilike(accounts.displayName, pattern));
      const [row] = await db.select({ total: count() }).from(accounts).where(matches);
      const users = await withRooms(and(matches, after === null ? undefined : gt(accounts.id, after)), limit);
      return { users, total: row?.total ?? 0 };
    },
    async user(id) {
      const [user] = await withRooms(eq(accounts.id, id), 1);
      return user ?? null;
    },
    async update(id, changes) {
      await db.update(accounts).set(changes).where(eq(accounts.id, id));
    },
    async slugsOf(accountId) {
      const found = await db.select({ slug: rooms.slug }).from(rooms).where(eq(rooms.ownerId, accountId));
      return found.map(({ slug }) => slug);
    },
  };
}

import { and, asc, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Account, accounts } from "../../db/schema.ts";

/** Accounts in the database. */
export interface AccountStore {
  /** false when the name is taken (compared without case). */
  insert(account: Account): Promise<boolean>;
  byId(id: string): Promise<Account | null>;
  byUsername(username: string): Promise<Account | null>;
  /** Those of these accounts that are admins and not disabled. */
  adminsAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The admin who has been here longest and is not disabled. */
  firstAdmin(): Promise<Account | null>;
}

/** What user names are compared by. */
export function nameKeyOf(username: string): string {
  return username.toLowerCase();
}

export function createAccountStore(db: Queryable): AccountStore {
  return {
    async insert(account) {
      const inserted = await db
        .insert(accounts)
        .values(account)
        .onConflictDoNothing({ target: accounts.nameKey })
        .returning({ id: accounts.id });
      return inserted.length === 1;
    },
    async byId(id) {
      const [account] = await db.select().from(accounts).where(eq(accounts.id, id)).limit(1);
      return account ?? null;
    },
    async byUsername(username) {
      const key = nameKeyOf(username);
      const [account] = await db.select().from(accounts).where(eq(accounts.nameKey, key)).limit(1);
      return account ?? null;
    },
    async adminsAmong(ids) {
      if (ids.length === 0) return new Set();
      // There are few admins, but any number of people to look for.
      const found = await db
        .select({ id: accounts.id })
        .from(accounts)
        .where(and(eq(accounts.role, "admin"), eq(accounts.disabled, false)));
      const admins = new Set(found.map(({ id }) => id));
      return new Set(ids.filter((id) => admins.has(id)));
    },
    async firstAdmin() {
      const [account] = await db
        .select()
        .from(accounts)
        .where(and(eq(accounts.role, "admin"), eq(accounts.disabled, false)))
        .orderBy(asc(accounts.id))
        .limit(1);
      return account ?? null;
    },
  };
}

import { eq, lt } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Account, accounts, type Session, sessions } from "../../db/schema.ts";

/** Log-ins in the database. */
export interface SessionStore {
  insert(session: Session): Promise<void>;
  find(secretHash: string): Promise<{ session: Session; account: Account } | null>;
  extend(secretHash: string, expiresAt: Date): Promise<void>;
  remove(secretHash: string): Promise<void>;
  /** Logs an account out everywhere. */
  removeOf(accountId: string): Promise<void>;
  removeExpired(now: Date): Promise<void>;
}

export function createSessionStore(db: Queryable): SessionStore {
  return {
    async insert(session) {
      await db.insert(sessions).values(session);
    },
    async find(secretHash) {
      const [found] = await db
        .select({ session: sessions, account: accounts })
        .from(sessions)
        .innerJoin(accounts, eq(accounts.id, sessions.accountId))
        .where(eq(sessions.secretHash, secretHash))
        .limit(1);
      return found ?? null;
    },
    async extend(secretHash, expiresAt) {
      await db.update(sessions).set({ expiresAt }).where(eq(sessions.secretHash, secretHash));
    },
    async remove(secretHash) {
      await db.delete(sessions).where(eq(sessions.secretHash, secretHash));
    },
    async removeOf(accountId) {
      await db.delete(sessions).where(eq(sessions.accountId, accountId));
    },
    async removeExpired(now) {
      await db.delete(sessions).where(lt(sessions.expiresAt, now));
    },
  };
}

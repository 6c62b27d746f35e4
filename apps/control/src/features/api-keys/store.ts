import { and, asc, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Account, type ApiKey, accounts, apiKeys } from "../../db/schema.ts";

/** API keys in the database. */
export interface ApiKeyStore {
  insert(key: ApiKey): Promise<void>;
  of(accountId: string): Promise<ApiKey[]>;
  find(secretHash: string): Promise<{ key: ApiKey; account: Account } | null>;
  touch(id: string, at: Date): Promise<void>;
  /** false when the account has no such key. */
  remove(accountId: string, id: string): Promise<boolean>;
}

export function createApiKeyStore(db: Queryable): ApiKeyStore {
  return {
    async insert(key) {
      await db.insert(apiKeys).values(key);
    },
    of: (accountId) =>
      db.select().from(apiKeys).where(eq(apiKeys.accountId, accountId)).orderBy(asc(apiKeys.id)),
    async find(secretHash) {
      const [found] = await db
        .select({ key: apiKeys, account: accounts })
        .from(apiKeys)
        .innerJoin(accounts, eq(accounts.id, apiKeys.accountId))
        .where(eq(apiKeys.secretHash, secretHash))
        .limit(1);
      return found ?? null;
    },
    async touch(id, at) {
      await db.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id));
    },
    async remove(accountId, id) {
      const removed = await db
        .delete(apiKeys)
        .where(and(eq(apiKeys.accountId, accountId), eq(apiKeys.id, id)))
        .returning({ id: apiKeys.id });
      return removed.length === 1;
    },
  };
}

import { eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Account, accounts, rooms, type StreamKey, streamKeys } from "../../db/schema.ts";

/** Stream keys in the database, one per room. */
export interface StreamKeyStore {
  /** Replaces the room's key. */
  put(key: StreamKey): Promise<void>;
  of(roomId: string): Promise<StreamKey | null>;
  /** Whose key has this hash: its room and the account that owns the room. */
  byHash(secretHash: string): Promise<{ slug: string; owner: Account } | null>;
}

export function createStreamKeyStore(db: Queryable): StreamKeyStore {
  return {
    async put(key) {
      const { prefix, secretHash, createdAt } = key;
      await db
        .insert(streamKeys)
        .values(key)
        .onConflictDoUpdate({ target: streamKeys.roomId, set: { prefix, secretHash, createdAt } });
    },
    async of(roomId) {
      const [key] = await db.select().from(streamKeys).where(eq(streamKeys.roomId, roomId)).limit(1);
      return key ?? null;
    },
    async byHash(secretHash) {
      const [found] = await db
        .select({ slug: rooms.slug, owner: accounts })
        .from(streamKeys)
        .innerJoin(rooms, eq(rooms.id, streamKeys.roomId))
        .innerJoin(accounts, eq(accounts.id, rooms.ownerId))
        .where(eq(streamKeys.secretHash, secretHash))
        .limit(1);
      return found ?? null;
    },
  };
}

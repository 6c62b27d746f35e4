import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type BroadcastFinding, broadcastFindings, broadcasts } from "../../db/schema.ts";

/** What was found in broadcasts. */
export interface FindingStore {
  of(broadcastId: string): Promise<BroadcastFinding[]>;
  /** Writes rows of {@link keepFindings}. */
  put(rows: readonly BroadcastFinding[]): Promise<void>;
  /** The broadcast is over, and so is what was found in it. */
  close(broadcastId: string, at: Date): Promise<void>;
  /** A broadcast of this room, and when it ended. */
  broadcast(roomId: string, broadcastId: string): Promise<{ endedAt: Date | null } | null>;
}

export function createFindingStore(db: Queryable): FindingStore {
  return {
    of: (broadcastId) =>
      db.select().from(broadcastFindings).where(eq(broadcastFindings.broadcastId, broadcastId)),
    async put(rows) {
      if (rows.length === 0) return;
      const { broadcastId, code } = broadcastFindings;
      await db
        .insert(broadcastFindings)
        .values([...rows])
        .onConflictDoUpdate({
          target: [broadcastId, code],
          set: {
            severity: sql`excluded.severity`,
            repaired: sql`excluded.repaired`,
            values: sql`excluded.values`,
            lastAt: sql`excluded.last_at`,
            times: sql`excluded.times`,
          },
        });
    },
    async close(broadcastId, at) {
      await db
        .update(broadcastFindings)
        .set({ lastAt: at })
        .where(and(eq(broadcastFindings.broadcastId, broadcastId), isNull(broadcastFindings.lastAt)));
    },
    async broadcast(roomId, broadcastId) {
      const [found] = await db
        .select({ endedAt: broadcasts.endedAt })
        .from(broadcasts)
        .where(and(eq(broadcasts.id, broadcastId), eq(broadcasts.roomId, roomId)))
        .limit(1);
      return found ?? null;
    },
  };
}

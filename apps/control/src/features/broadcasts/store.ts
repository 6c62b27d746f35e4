import type { BroadcastView } from "@sameroom/contract";
import { and, desc, eq, lt } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { broadcasts } from "../../db/schema.ts";

/** Past and present shows of rooms. */
export interface BroadcastStore {
  /** The latest 20 of a room, newest first. */
  of(roomId: string): Promise<BroadcastView[]>;
  /** The host's last word on recording it; null: none. */
  recordOn(id: string): Promise<boolean | null>;
  setRecordOn(id: string, on: boolean | null): Promise<void>;
  /** Remembers the most viewers a broadcast had. */
  raisePeak(id: string, viewers: number): Promise<void>;
}

const SHOWN = 20;

export function createBroadcastStore(db: Queryable): BroadcastStore {
  return {
    async of(roomId) {
      const found = await db
        .select()
        .from(broadcasts)
        .where(eq(broadcasts.roomId, roomId))
        .orderBy(desc(broadcasts.startedAt), desc(broadcasts.id))
        .limit(SHOWN);
      return found.map((broadcast) => ({
        id: broadcast.id,
        startedAt: broadcast.startedAt.toISOString(),
        endedAt: broadcast.endedAt?.toISOString() ?? null,
        peakViewers: broadcast.peakViewers,
      }));
    },
    async recordOn(id) {
      const [found] = await db
        .select({ on: broadcasts.recordOn })
        .from(broadcasts)
        .where(eq(broadcasts.id, id))
        .limit(1);
      return found?.on ?? null;
    },
    async setRecordOn(id, on) {
      await db.update(broadcasts).set({ recordOn: on }).where(eq(broadcasts.id, id));
    },
    async raisePeak(id, viewers) {
      await db
        .update(broadcasts)
        .set({ peakViewers: viewers })
        .where(and(eq(broadcasts.id, id), lt(broadcasts.peakViewers, viewers)));
    },
  };
}

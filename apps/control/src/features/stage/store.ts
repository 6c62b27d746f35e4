import { eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { rooms, stages } from "../../db/schema.ts";
import { NO_STAGE, type StageState } from "./rules.ts";

/** Stages in the database. */
export interface StageStore {
  /** By the room's slug. */
  load(slug: string): Promise<StageState>;
  /**
   * Replaces a room's stage by what `decide` makes of it, one change after the other whoever asks; the same object changes
   * nothing. Counts the revision up. Rejects with what `decide` throws. null: there is no such room.
   */
  change(
    slug: string,
    decide: (state: StageState) => StageState,
  ): Promise<{ before: StageState; after: StageState } | null>;
}

export function createStageStore(db: Database["orm"]): StageStore {
  return {
    async load(slug) {
      const [found] = await db
        .select({ state: stages.state })
        .from(stages)
        .innerJoin(rooms, eq(rooms.id, stages.roomId))
        .where(eq(rooms.slug, slug))
        .limit(1);
      return found?.state ?? NO_STAGE;
    },
    change: (slug, decide) =>
      db.transaction(async (tx) => {
        const [room] = await tx.select({ id: rooms.id }).from(rooms).where(eq(rooms.slug, slug)).limit(1);
        if (room === undefined) return null;
        await tx.insert(stages).values({ roomId: room.id, state: NO_STAGE }).onConflictDoNothing();
        const [row] = await tx.select().from(stages).where(eq(stages.roomId, room.id)).for("update");
        const before = row?.state ?? NO_STAGE;
        const decided = decide(before);
        if (decided === before) return { before, after: before };
        const after = { ...decided, revision: before.revision + 1 };
        await tx.update(stages).set({ state: after }).where(eq(stages.roomId, room.id));
        return { before, after };
      }),
  };
}

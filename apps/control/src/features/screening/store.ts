import type { ScreeningPolicy } from "@sameroom/contract";
import { and, count, desc, eq, inArray, lt, ne } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type FlaggedFrame, flaggedFrames, rooms, screeningRules } from "../../db/schema.ts";

/** Policies of rooms and pictures that looked wrong, in the database. */
export interface ScreeningStore {
  /** Null: as the house has it. */
  policyOf(roomId: string): Promise<ScreeningPolicy | null>;
  savePolicy(roomId: string, policy: ScreeningPolicy | null): Promise<void>;
  insert(frame: FlaggedFrame): Promise<void>;
  find(roomId: string, id: string): Promise<FlaggedFrame | null>;
  /** The newest first. */
  list(roomId: string, limit: number): Promise<FlaggedFrame[]>;
  countWaiting(roomId: string): Promise<number>;
  ofBroadcast(broadcastId: string): Promise<FlaggedFrame[]>;
  /** Those of these broadcasts that are not cleared. */
  standing(broadcastIds: readonly string[]): Promise<FlaggedFrame[]>;
  /** Of the broadcast a room has on air. */
  onAir(slug: string): Promise<FlaggedFrame[]>;
  /** false when it was decided like that already. */
  decide(id: string, decision: { state: "cleared" | "upheld"; at: Date; by: string }): Promise<boolean>;
  /** Removes all of a room but the newest; returns their files. */
  trim(roomId: string, keep: number): Promise<string[]>;
}

export function createScreeningStore(db: Queryable): ScreeningStore {
  const one = (roomId: string, id: string) => and(eq(flaggedFrames.roomId, roomId), eq(flaggedFrames.id, id));
  return {
    async policyOf(roomId) {
      const [found] = await db
        .select({ policy: screeningRules.policy })
        .from(screeningRules)
        .where(eq(screeningRules.roomId, roomId));
      return found?.policy ?? null;
    },
    async savePolicy(roomId, policy) {
      if (policy === null) await db.delete(screeningRules).where(eq(screeningRules.roomId, roomId));
      else
        await db
          .insert(screeningRules)
          .values({ roomId, policy })
          .onConflictDoUpdate({ target: screeningRules.roomId, set: { policy } });
    },
    async insert(frame) {
      await db.insert(flaggedFrames).values(frame);
    },
    async find(roomId, id) {
      const [found] = await db.select().from(flaggedFrames).where(one(roomId, id));
      return found ?? null;
    },
    async list(roomId, limit) {
      return await db
        .select()
        .from(flaggedFrames)
        .where(eq(flaggedFrames.roomId, roomId))
        .orderBy(desc(flaggedFrames.id))
        .limit(limit);
    },
    async countWaiting(roomId) {
      const [row] = await db
        .select({ count: count() })
        .from(flaggedFrames)
        .where(and(eq(flaggedFrames.roomId, roomId), eq(flaggedFrames.state, "waiting")));
      return row?.count ?? 0;
    },
    async ofBroadcast(broadcastId) {
      return await db.select().from(flaggedFrames).where(eq(flaggedFrames.broadcastId, broadcastId));
    },
    async standing(broadcastIds) {
      if (broadcastIds.length === 0) return [];
      return await db
        .select()
        .from(flaggedFrames)
        .where(
          and(inArray(flaggedFrames.broadcastId, [...broadcastIds]), ne(flaggedFrames.state, "cleared")),
        );
    },
    async onAir(slug) {
      const found = await db
        .select({ frame: flaggedFrames })
        .from(flaggedFrames)
        .innerJoin(rooms, eq(rooms.broadcastId, flaggedFrames.broadcastId))
        .where(and(eq(rooms.slug, slug), inArray(rooms.state, ["live", "interrupted"])));
      return found.map(({ frame }) => frame);
    },
    async decide(id, { state, at, by }) {
      const decided = await db
        .update(flaggedFrames)
        .set({ state, decidedAt: at, decidedBy: by })
        .where(and(eq(flaggedFrames.id, id), ne(flaggedFrames.state, state)))
        .returning({ id: flaggedFrames.id });
      return decided.length === 1;
    },
    async trim(roomId, keep) {
      const [oldestKept] = await db
        .select({ id: flaggedFrames.id })
        .from(flaggedFrames)
        .where(eq(flaggedFrames.roomId, roomId))
        .orderBy(desc(flaggedFrames.id))
        .offset(keep - 1)
        .limit(1);
      if (oldestKept === undefined) return [];
      const removed = await db
        .delete(flaggedFrames)
        .where(and(eq(flaggedFrames.roomId, roomId), lt(flaggedFrames.id, oldestKept.id)))
        .returning({ file: flaggedFrames.file });
      return removed.map(({ file }) => file);
    },
  };
}

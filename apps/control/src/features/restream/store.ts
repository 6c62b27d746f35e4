import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type RestreamTargetRow, restreamTargets, rooms } from "../../db/schema.ts";

/** Restream targets in the database. */
export interface RestreamStore {
  /** Of a room, in the order they were made. */
  of(roomId: string): Promise<RestreamTargetRow[]>;
  /** Of a room by its slug, those that are switched on. */
  enabledOf(slug: string): Promise<RestreamTargetRow[]>;
  find(roomId: string, id: string): Promise<RestreamTargetRow | null>;
  count(roomId: string): Promise<number>;
  add(row: RestreamTargetRow): Promise<void>;
  update(id: string, changes: Partial<Omit<RestreamTargetRow, "id" | "roomId">>): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createRestreamStore(db: Queryable): RestreamStore {
  const inOrder = [asc(restreamTargets.createdAt), asc(restreamTargets.id)];
  return {
    of: (roomId) =>
      db
        .select()
        .from(restreamTargets)
        .where(eq(restreamTargets.roomId, roomId))
        .orderBy(...inOrder),
    async enabledOf(slug) {
      const found = await db
        .select({ target: restreamTargets })
        .from(restreamTargets)
        .innerJoin(rooms, eq(rooms.id, restreamTargets.roomId))
        .where(and(eq(rooms.slug, slug), eq(restreamTargets.enabled, true)))
        .orderBy(...inOrder);
      return found.map(({ target }) => target);
    },
    async find(roomId, id) {
      const [found] = await db
        .select()
        .from(restreamTargets)
        .where(and(eq(restreamTargets.roomId, roomId), eq(restreamTargets.id, id)))
        .limit(1);
      return found ?? null;
    },
    async count(roomId) {
      const [row] = await db
        .select({ total: count() })
        .from(restreamTargets)
        .where(eq(restreamTargets.roomId, roomId));
      return row?.total ?? 0;
    },
    async add(row) {
      await db.insert(restreamTargets).values(row);
    },
    async update(id, changes) {
      await db.update(restreamTargets).set(changes).where(eq(restreamTargets.id, id));
    },
    async remove(id) {
      await db.delete(restreamTargets).where(eq(restreamTargets.id, id));
    },
  };
}

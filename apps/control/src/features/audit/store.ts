import { and, desc, eq, isNull, lt } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type AuditRow, auditEntries } from "../../db/schema.ts";

/** What staff did, in the database. Rows are only added; one that was taken back says so. */
export interface AuditStore {
  insert(row: AuditRow): Promise<void>;
  find(roomId: string, id: string): Promise<AuditRow | null>;
  /** The newest first. */
  list(query: { roomId: string; before?: string | undefined; limit: number }): Promise<AuditRow[]>;
  /** false when it was marked already. */
  markUndone(id: string, by: string, at: Date): Promise<boolean>;
}

export function createAuditStore(db: Queryable): AuditStore {
  return {
    async insert(row) {
      await db.insert(auditEntries).values(row);
    },
    async find(roomId, id) {
      const [found] = await db
        .select()
        .from(auditEntries)
        .where(and(eq(auditEntries.roomId, roomId), eq(auditEntries.id, id)));
      return found ?? null;
    },
    async list({ roomId, before, limit }) {
      return await db
        .select()
        .from(auditEntries)
        .where(
          and(
            eq(auditEntries.roomId, roomId),
            before === undefined ? undefined : lt(auditEntries.id, before),
          ),
        )
        .orderBy(desc(auditEntries.id))
        .limit(limit);
    },
    async markUndone(id, by, at) {
      const marked = await db
        .update(auditEntries)
        .set({ undoneAt: at, undoneBy: by })
        .where(and(eq(auditEntries.id, id), isNull(auditEntries.undoneAt)))
        .returning({ id: auditEntries.id });
      return marked.length === 1;
    },
  };
}

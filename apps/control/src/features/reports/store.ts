import { and, count, desc, eq, gt, isNull, lt, ne } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { type Report, reports } from "../../db/schema.ts";

/** Reports in the database. */
export interface ReportStore {
  insert(report: Report): Promise<void>;
  find(roomId: string, id: string): Promise<Report | null>;
  /** One that is open of the same person about the same. */
  same(report: Pick<Report, "roomId" | "reporter" | "participant" | "message">): Promise<boolean>;
  countSince(reporter: string, since: Date): Promise<number>;
  /** The newest first. */
  list(query: {
    roomId: string;
    openOnly: boolean;
    before?: string | undefined;
    limit: number;
  }): Promise<Report[]>;
  countOpen(roomId: string): Promise<number>;
  /** false when it was decided already. */
  decide(id: string, state: "dismissed" | "acted", by: string): Promise<boolean>;
  /** false when it is open. */
  reopen(id: string): Promise<boolean>;
}

export function createReportStore(db: Queryable): ReportStore {
  const open = (roomId: string) => and(eq(reports.roomId, roomId), eq(reports.state, "open"));
  return {
    async insert(report) {
      await db.insert(reports).values(report);
    },
    async find(roomId, id) {
      const [found] = await db
        .select()
        .from(reports)
        .where(and(eq(reports.roomId, roomId), eq(reports.id, id)));
      return found ?? null;
    },
    async same({ roomId, reporter, participant, message }) {
      const [found] = await db
        .select({ id: reports.id })
        .from(reports)
        .where(
          and(
            open(roomId),
            eq(reports.reporter, reporter),
            eq(reports.participant, participant),
            message === null ? isNull(reports.message) : eq(reports.message, message),
          ),
        )
        .limit(1);
      return found !== undefined;
    },
    async countSince(reporter, since) {
      const [row] = await db
        .select({ count: count() })
        .from(reports)
        .where(and(eq(reports.reporter, reporter), gt(reports.createdAt, since)));
      return row?.count ?? 0;
    },
    async list({ roomId, openOnly, before, limit }) {
      return await db
        .select()
        .from(reports)
        .where(
          and(
            openOnly ? open(roomId) : eq(reports.roomId, roomId),
            before === undefined ? undefined : lt(reports.id, before),
          ),
        )
        .orderBy(desc(reports.id))
        .limit(limit);
    },
    async countOpen(roomId) {
      const [row] = await db.select({ count: count() }).from(reports).where(open(roomId));
      return row?.count ?? 0;
    },
    async decide(id, state, by) {
      const decided = await db
        .update(reports)
        .set({ state, decidedBy: by })
        .where(and(eq(reports.id, id), eq(reports.state, "open")))
        .returning({ id: reports.id });
      return decided.length === 1;
    },
    async reopen(id) {
      const opened = await db
        .update(reports)
        .set({ state: "open", decidedBy: null })
        .where(and(eq(reports.id, id), ne(reports.state, "open")))
        .returning({ id: reports.id });
      return opened.length === 1;
    },
  };
}

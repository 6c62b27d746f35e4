import { desc, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { participantTraces } from "../../db/schema.ts";
import type { Signals } from "./signals.ts";

/** From where people came lately, in the database. */
export interface TraceStore {
  remember(participant: string, signals: Signals, at: Date): Promise<void>;
  /** When somebody was seen first, at all; null: never. */
  firstSeen(participant: string): Promise<Date | null>;
  /** All that is known of somebody, the newest first. */
  of(participant: string): Promise<Signals[]>;
  /** Forgets what was not seen since. */
  forget(before: Date): Promise<void>;
}

/** A trace is written again only when it is older than this, milliseconds: tokens are minted every few minutes. */
const FRESH_MS = 3_600_000;
/** Of one person. */
const MAX_TRACES = 20;

export function createTraceStore(db: Queryable): TraceStore {
  return {
    async remember(participant, { device, address }, at) {
      await db
        .insert(participantTraces)
        .values({ participant, deviceHash: device, addressHash: address, firstAt: at, seenAt: at })
        .onConflictDoUpdate({
          target: [
            participantTraces.participant,
            participantTraces.deviceHash,
            participantTraces.addressHash,
          ],
          set: { seenAt: at },
          setWhere: lt(participantTraces.seenAt, new Date(at.getTime() - FRESH_MS)),
        });
    },
    async firstSeen(participant) {
      const [first] = await db
        .select({
          at: sql<Date | null>`min(${participantTraces.firstAt})`.mapWith(participantTraces.firstAt),
        })
        .from(participantTraces)
        .where(eq(participantTraces.participant, participant));
      return first?.at ?? null;
    },
    async of(participant) {
      const found = await db
        .select()
        .from(participantTraces)
        .where(eq(participantTraces.participant, participant))
        .orderBy(desc(participantTraces.seenAt))
        .limit(MAX_TRACES);
      return found.map(({ deviceHash, addressHash }) => ({ device: deviceHash, address: addressHash }));
    },
    async forget(before) {
      await db.delete(participantTraces).where(lt(participantTraces.seenAt, before));
    },
  };
}

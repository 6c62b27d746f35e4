import { and, desc, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { rooms, type Sanction, sanctionSignals, sanctions } from "../../db/schema.ts";
import type { Signals } from "./signals.ts";

/** A ban that a signal speaks of. */
export interface SignalMatch {
  ban: Sanction;
  signal: "device" | "address";
}

/** Mutes and bans in the database. */
export interface SanctionStore {
  insert(sanction: Sanction, signals: readonly Signals[]): Promise<void>;
  find(roomId: string, id: string): Promise<Sanction | null>;
  /** In force now, the newest first. */
  inForce(roomId: string, participant: string, at: Date): Promise<Sanction[]>;
  /** The same for who names a room by its slug. */
  inForceAt(slug: string, participant: string, at: Date): Promise<Sanction[]>;
  /** Mutes of a room in force at a time or later, the newest first. */
  mutesAt(slug: string, at: Date): Promise<Sanction[]>;
  /** Participants banned from a room now. */
  bannedFrom(slug: string, at: Date): Promise<string[]>;
  list(query: {
    roomId: string;
    at: Date;
    kind?: Sanction["kind"] | undefined;
    before?: string | undefined;
    limit: number;
  }): Promise<Sanction[]>;
  /** Bans in force in a room that know one of these hashes. */
  matches(roomId: string, signals: Signals, at: Date): Promise<SignalMatch[]>;
  /** Whether somebody was ever sanctioned as an evasion of this ban, also if it was lifted. */
  wasJudged(participant: string, evades: string): Promise<boolean>;
  /** Lifts a sanction and all that followed from it; returns those that were in force. */
  lift(id: string, at: Date): Promise<Sanction[]>;
  /** Puts one that was lifted in force again. */
  impose(id: string): Promise<void>;
}

/** `changed`: called when something was written. */
export function createSanctionStore(db: Queryable, changed: () => void = () => {}): SanctionStore {
  const now = (at: Date) =>
    and(isNull(sanctions.liftedAt), or(isNull(sanctions.until), gt(sanctions.until, at)));
  return {
    async insert(sanction, signals) {
      const hashes = signals.flatMap(({ device, address }) => [
        { sanctionId: sanction.id, kind: "device" as const, hash: device },
        { sanctionId: sanction.id, kind: "address" as const, hash: address },
      ]);
      await db.transaction(async (tx) => {
        await tx.insert(sanctions).values(sanction);
        if (hashes.length > 0) await tx.insert(sanctionSignals).values(hashes).onConflictDoNothing();
      });
      changed();
    },
    async find(roomId, id) {
      const [found] = await db
        .select()
        .from(sanctions)
        .where(and(eq(sanctions.roomId, roomId), eq(sanctions.id, id)));
      return found ?? null;
    },
    async inForce(roomId, participant, at) {
      return await db
        .select()
        .from(sanctions)
        .where(and(eq(sanctions.participant, participant), eq(sanctions.roomId, roomId), now(at)))
        .orderBy(desc(sanctions.id));
    },
    async inForceAt(slug, participant, at) {
      const found = await db
        .select({ sanction: sanctions })
        .from(sanctions)
        .innerJoin(rooms, eq(rooms.id, sanctions.roomId))
        .where(and(eq(sanctions.participant, participant), eq(rooms.slug, slug), now(at)))
        .orderBy(desc(sanctions.id));
      return found.map(({ sanction }) => sanction);
    },
    async mutesAt(slug, at) {
      const found = await db
        .select({ sanction: sanctions })
        .from(sanctions)
        .innerJoin(rooms, eq(rooms.id, sanctions.roomId))
        .where(and(eq(rooms.slug, slug), eq(sanctions.kind, "mute"), now(at)))
        .orderBy(desc(sanctions.id));
      return found.map(({ sanction }) => sanction);
    },
    async bannedFrom(slug, at) {
      const found = await db
        .selectDistinct({ participant: sanctions.participant })
        .from(sanctions)
        .innerJoin(rooms, eq(rooms.id, sanctions.roomId))
        .where(and(eq(rooms.slug, slug), eq(sanctions.kind, "ban"), now(at)));
      return found.map(({ participant }) => participant);
    },
    async list({ roomId, at, kind, before, limit }) {
      return await db
        .select()
        .from(sanctions)
        .where(
          and(
            eq(sanctions.roomId, roomId),
            now(at),
            kind === undefined ? undefined : eq(sanctions.kind, kind),
            before === undefined ? undefined : lt(sanctions.id, before),
          ),
        )
        .orderBy(desc(sanctions.id))
        .limit(limit);
    },
    async matches(roomId, { device, address }, at) {
      const found = await db
        .select({ ban: sanctions, signal: sanctionSignals.kind })
        .from(sanctionSignals)
        .innerJoin(sanctions, eq(sanctions.id, sanctionSignals.sanctionId))
        .where(
          and(
            or(
              and(eq(sanctionSignals.kind, "device"), eq(sanctionSignals.hash, device)),
              and(eq(sanctionSignals.kind, "address"), eq(sanctionSignals.hash, address)),
            ),
            eq(sanctions.roomId, roomId),
            eq(sanctions.kind, "ban"),
            now(at),
          ),
        )
        .orderBy(desc(sanctions.id));
      return found;
    },
    async wasJudged(participant, evades) {
      const [found] = await db
        .select({ id: sanctions.id })
        .from(sanctions)
        .where(and(eq(sanctions.participant, participant), eq(sanctions.evades, evades)))
        .limit(1);
      return found !== undefined;
    },
    async lift(id, at) {
      const lifted = await db
        .update(sanctions)
        .set({ liftedAt: at })
        .where(and(or(eq(sanctions.id, id), eq(sanctions.evades, id)), now(at)))
        .returning();
      changed();
      return lifted;
    },
    async impose(id) {
      await db.update(sanctions).set({ liftedAt: null }).where(eq(sanctions.id, id));
      changed();
    },
  };
}

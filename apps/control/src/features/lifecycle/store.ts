import { eq, inArray } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { broadcasts, type Room, rooms } from "../../db/schema.ts";
import { isOnAir, type RoomLife } from "./rules.ts";

/** A room's life as the database has it. */
export interface StoredLife {
  roomId: string;
  slug: string;
  life: RoomLife;
}

/** Rooms' lives in the database; a restarted control knows from it what was on air. */
export interface LifeStore {
  load(slug: string): Promise<StoredLife | null>;
  onAir(): Promise<StoredLife[]>;
  /** Writes the life and its broadcast in one transaction. */
  save(roomId: string, life: RoomLife): Promise<void>;
  /** Only sorts lists; see the table. */
  saveViewers(roomId: string, viewers: number): Promise<void>;
}

export function createLifeStore(db: Database["orm"]): LifeStore {
  return {
    async load(slug) {
      const [room] = await db.select().from(rooms).where(eq(rooms.slug, slug)).limit(1);
      return room === undefined ? null : storedLife(room);
    },
    async onAir() {
      const found = await db
        .select()
        .from(rooms)
        .where(inArray(rooms.state, ["live", "interrupted"]));
      return found.map(storedLife);
    },
    async save(roomId, life) {
      const endedAt = toDate(life.endedUnixMs);
      await db.transaction(async (transaction) => {
        const changes = {
          state: life.state,
          broadcastId: life.broadcastId,
          publisherSession: life.session,
          worker: life.worker,
          startedAt: toDate(life.startedUnixMs),
          endedAt,
          graceEndsAt: toDate(life.graceEndsUnixMs),
          ...(isOnAir(life) ? {} : { viewers: 0 }),
        };
        await transaction.update(rooms).set(changes).where(eq(rooms.id, roomId));
        if (life.broadcastId === null || life.startedUnixMs === null) return;
        await transaction
          .insert(broadcasts)
          .values({ id: life.broadcastId, roomId, startedAt: new Date(life.startedUnixMs), endedAt })
          .onConflictDoUpdate({ target: broadcasts.id, set: { endedAt } });
      });
    },
    async saveViewers(roomId, viewers) {
      await db.update(rooms).set({ viewers }).where(eq(rooms.id, roomId));
    },
  };
}

function storedLife(room: Room): StoredLife {
  return {
    roomId: room.id,
    slug: room.slug,
    life: {
      state: room.state,
      broadcastId: room.broadcastId,
      session: room.publisherSession,
      worker: room.worker,
      startedUnixMs: room.startedAt?.getTime() ?? null,
      endedUnixMs: room.endedAt?.getTime() ?? null,
      graceEndsUnixMs: room.graceEndsAt?.getTime() ?? null,
      confirmByUnixMs: null,
    },
  };
}

function toDate(unixMs: number | null): Date | null {
  return unixMs === null ? null : new Date(unixMs);
}

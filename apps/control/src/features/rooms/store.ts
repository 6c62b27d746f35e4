import { and, count, desc, eq, inArray, isNull, ne, notInArray, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { accounts, follows, type Room, restreamTargets, rooms, streamKeys } from "../../db/schema.ts";
import { isUuid } from "../../ids.ts";
import type { RoomCursor } from "./cursor.ts";

/** A room and the name of who owns it. */
export interface OwnedRoom {
  room: Room;
  ownerName: string;
}

export interface RoomPage {
  rooms: OwnedRoom[];
  next: RoomCursor | null;
}

/** Rooms in the database. Deleted ones are not there for any of this. */
export interface RoomStore {
  /** false when the slug is taken, or was that of somebody else's room: links still lead there. */
  insert(room: NewRoomRow): Promise<boolean>;
  /** By slug or id. */
  find(slugOrId: string): Promise<OwnedRoom | null>;
  countOf(ownerId: string): Promise<number>;
  update(
    id: string,
    changes: Partial<Pick<Room, RoomSetting | "coverFile" | "thumbnailFile">>,
  ): Promise<void>;
  /**
   * Takes a room away, with its stream key and where it was sent on to; its log and what was paid in it stay. false when it is on air,
   * or gone already.
   */
  delete(id: string, at: Date): Promise<boolean>;
  /** On-air rooms first, most viewers first, then the newest. Of one owner all of them, else those that everybody finds. */
  list(query: RoomQuery): Promise<RoomPage>;
}

export interface RoomQuery {
  onAirOnly: boolean;
  ownerId?: string;
  /** Only of owners this account follows. */
  followerId?: string;
  limit: number;
  after?: RoomCursor;
}

/** What its owner can change about a room. */
export type RoomSetting = "title" | "description" | "visibility" | "recordingMode";
/** What a new room is made of; the rest has defaults. */
export type NewRoomRow = Pick<Room, "id" | "slug" | "ownerId" | "title" | "description" | "createdAt"> &
  Partial<Pick<Room, RoomSetting>>;

const onAir = sql<boolean>`(${rooms.state} in ('live', 'interrupted'))`;
const rankedViewers = sql<number>`(case when ${onAir} then ${rooms.viewers} else 0 end)`;

export function createRoomStore(db: Queryable): RoomStore {
  const owned = () =>
    db
      .select({ room: rooms, ownerName: accounts.displayName, onAir, viewers: rankedViewers })
      .from(rooms)
      .innerJoin(accounts, eq(accounts.id, rooms.ownerId));
  return {
    async insert(room) {
      const [former] = await db
        .select({ id: rooms.id })
        .from(rooms)
        .where(and(eq(rooms.formerSlug, room.slug), ne(rooms.ownerId, room.ownerId)))
        .limit(1);
      if (former !== undefined) return false;
      const inserted = await db
        .insert(rooms)
        .values(room)
        .onConflictDoNothing({ target: rooms.slug })
        .returning({ id: rooms.id });
      return inserted.length === 1;
    },
    async find(slugOrId) {
      const by = isUuid(slugOrId) ? eq(rooms.id, slugOrId) : eq(rooms.slug, slugOrId);
      const [found] = await owned()
        .where(and(by, isNull(rooms.deletedAt)))
        .limit(1);
      return found === undefined ? null : { room: found.room, ownerName: found.ownerName };
    },
    async countOf(ownerId) {
      const [row] = await db
        .select({ count: count() })
        .from(rooms)
        .where(and(eq(rooms.ownerId, ownerId), isNull(rooms.deletedAt)));
      return row?.count ?? 0;
    },
    async update(id, changes) {
      await db.update(rooms).set(changes).where(eq(rooms.id, id));
    },
    delete: (id, at) =>
      db.transaction(async (transaction) => {
        const deleted = await transaction
          .update(rooms)
          .set({
            ...{ deletedAt: at, formerSlug: rooms.slug, slug: sql`${rooms.id}::text` },
            ...{ visibility: "private", coverFile: null, thumbnailFile: null },
          })
          .where(
            and(eq(rooms.id, id), isNull(rooms.deletedAt), notInArray(rooms.state, ["live", "interrupted"])),
          )
          .returning({ id: rooms.id });
        if (deleted.length === 0) return false;
        await transaction.delete(streamKeys).where(eq(streamKeys.roomId, id));
        await transaction.delete(restreamTargets).where(eq(restreamTargets.roomId, id));
        return true;
      }),
    async list({ onAirOnly, ownerId, followerId, limit, after }) {
      const conditions: SQL[] = [isNull(rooms.deletedAt)];
      if (onAirOnly) conditions.push(inArray(rooms.state, ["live", "interrupted"]));
      conditions.push(
        ownerId === undefined
          ? inArray(rooms.visibility, ["public", "subscribers"])
          : eq(rooms.ownerId, ownerId),
      );
      if (followerId !== undefined) {
        const followed = db
          .select({ id: follows.ownerId })
          .from(follows)
          .where(eq(follows.accountId, followerId));
        conditions.push(inArray(rooms.ownerId, followed));
      }
      if (after !== undefined)
        conditions.push(
          sql`(${onAir}, ${rankedViewers}, ${rooms.id}) < (${after.onAir}::boolean, ${after.viewers}::int, ${after.id}::uuid)`,
        );
      const found = await owned()
        .where(and(...conditions))
        .orderBy(desc(onAir), desc(rankedViewers), desc(rooms.id))
        .limit(limit + 1);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        rooms: page.map(({ room, ownerName }) => ({ room, ownerName })),
        next: last === undefined ? null : { onAir: last.onAir, viewers: last.viewers, id: last.room.id },
      };
    },
  };
}

import { and, count, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { accounts, type Room, rooms } from "../../db/schema.ts";
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

/** Rooms in the database. */
export interface RoomStore {
  /** false when the slug is taken. */
  insert(room: NewRoomRow): Promise<boolean>;
  /** By slug or id. */
  find(slugOrId: string): Promise<OwnedRoom | null>;
  countOf(ownerId: string): Promise<number>;
  update(
    id: string,
    changes: Partial<Pick<Room, RoomSetting | "coverFile" | "thumbnailFile">>,
  ): Promise<void>;
  /** On-air rooms first, most viewers first, then the newest. Of one owner all of them, else the public ones. */
  list(query: { onAirOnly: boolean; ownerId?: string; limit: number; after?: RoomCursor }): Promise<RoomPage>;
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
      const inserted = await db
        .insert(rooms)
        .values(room)
        .onConflictDoNothing({ target: rooms.slug })
        .returning({ id: rooms.id });
      return inserted.length === 1;
    },
    async find(slugOrId) {
      const by = isUuid(slugOrId) ? eq(rooms.id, slugOrId) : eq(rooms.slug, slugOrId);
      const [found] = await owned().where(by).limit(1);
      return found === undefined ? null : { room: found.room, ownerName: found.ownerName };
    },
    async countOf(ownerId) {
      const [row] = await db.select({ count: count() }).from(rooms).where(eq(rooms.ownerId, ownerId));
      return row?.count ?? 0;
    },
    async update(id, changes) {
      await db.update(rooms).set(changes).where(eq(rooms.id, id));
    },
    async list({ onAirOnly, ownerId, limit, after }) {
      const conditions: SQL[] = [];
      if (onAirOnly) conditions.push(inArray(rooms.state, ["live", "interrupted"]));
      conditions.push(ownerId === undefined ? eq(rooms.visibility, "public") : eq(rooms.ownerId, ownerId));
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

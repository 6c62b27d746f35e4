import type { Actor, RaidRules } from "@sameroom/contract";
import { and, asc, desc, eq, ilike, lte, ne, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queryable } from "../../db/database.ts";
import { accounts, follows, type Room, raidRules, raids, rooms } from "../../db/schema.ts";

/** A room that may be raided, with all that decides on it. */
export interface RaidTarget {
  room: Room;
  ownerName: string;
  from: RaidRules["from"];
  /** Whether its owner follows the one who asks. */
  follows: boolean;
}

/** A raid that is about to go. */
export interface StartingRaid {
  id: string;
  actor: Actor;
  goesAt: Date;
  room: Room;
  ownerName: string;
  to: { slug: string; title: string; host: string };
}

/** Raids in the database. */
export interface RaidStore {
  rulesOf(roomId: string): Promise<RaidRules | null>;
  saveRules(roomId: string, rules: RaidRules): Promise<void>;
  /** By slug; `raider`: the account whose viewers would come. */
  target(slug: string, raider: string): Promise<RaidTarget | null>;
  /** Public rooms on air that take a raid of this account, most viewers first. */
  targets(raider: string, search: string, limit: number): Promise<{ room: Room; ownerName: string }[]>;
  /** false when one of this room is starting already. */
  insert(raid: {
    id: string;
    roomId: string;
    toRoomId: string;
    actor: Actor;
    goesAt: Date;
  }): Promise<boolean>;
  /** The one of a room that is starting. */
  starting(slug: string): Promise<StartingRaid | null>;
  /** Those that go at this time at the latest. */
  due(by: Date): Promise<StartingRaid[]>;
  /** false when it was not starting any more. */
  settle(id: string, state: "cancelled" | "gone"): Promise<boolean>;
}

export function createRaidStore(db: Queryable): RaidStore {
  const from = sql<RaidRules["from"]>`coalesce(${raidRules.from}, 'everybody')`;
  const isFollowing = (raider: string) =>
    sql<boolean>`exists (select 1 from ${follows} where ${follows.accountId} = ${rooms.ownerId} and ${follows.ownerId} = ${raider})`;
  const target = (raider: string) =>
    db
      .select({ room: rooms, ownerName: accounts.displayName, from, follows: isFollowing(raider) })
      .from(rooms)
      .innerJoin(accounts, eq(accounts.id, rooms.ownerId))
      .leftJoin(raidRules, eq(raidRules.roomId, rooms.id));
  const toRoom = alias(rooms, "to_room");
  const toOwner = alias(accounts, "to_owner");
  const starting = () =>
    db
      .select({
        ...{ id: raids.id, actor: raids.actor, goesAt: raids.goesAt, room: rooms },
        ownerName: accounts.displayName,
        to: { slug: toRoom.slug, title: toRoom.title, host: toOwner.displayName },
      })
      .from(raids)
      .innerJoin(rooms, eq(rooms.id, raids.roomId))
      .innerJoin(accounts, eq(accounts.id, rooms.ownerId))
      .innerJoin(toRoom, eq(toRoom.id, raids.toRoomId))
      .innerJoin(toOwner, eq(toOwner.id, toRoom.ownerId));

  return {
    async rulesOf(roomId) {
      const [found] = await db
        .select({ from: raidRules.from })
        .from(raidRules)
        .where(eq(raidRules.roomId, roomId));
      return found ?? null;
    },
    async saveRules(roomId, rules) {
      await db
        .insert(raidRules)
        .values({ roomId, ...rules })
        .onConflictDoUpdate({ target: raidRules.roomId, set: rules });
    },
    async target(slug, raider) {
      const [found] = await target(raider).where(eq(rooms.slug, slug));
      return found ?? null;
    },
    async targets(raider, search, limit) {
      const like = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
      return await target(raider)
        .where(
          and(
            ...[eq(rooms.state, "live"), eq(rooms.visibility, "public"), ne(rooms.ownerId, raider)],
            sql`(${from} = 'everybody' or (${from} = 'followed' and ${isFollowing(raider)}))`,
            or(ilike(rooms.title, like), ilike(rooms.slug, like), ilike(accounts.displayName, like)),
          ),
        )
        .orderBy(desc(rooms.viewers), asc(rooms.id))
        .limit(limit);
    },
    async insert(raid) {
      const inserted = await db
        .insert(raids)
        .values({ ...raid, state: "starting" })
        .onConflictDoNothing()
        .returning({ id: raids.id });
      return inserted.length === 1;
    },
    async starting(slug) {
      const [found] = await starting().where(and(eq(rooms.slug, slug), eq(raids.state, "starting")));
      return found ?? null;
    },
    async due(by) {
      return await starting().where(and(eq(raids.state, "starting"), lte(raids.goesAt, by)));
    },
    async settle(id, state) {
      const settled = await db
        .update(raids)
        .set({ state })
        .where(and(eq(raids.id, id), eq(raids.state, "starting")))
        .returning({ id: raids.id });
      return settled.length === 1;
    },
  };
}

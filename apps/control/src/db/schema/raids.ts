import type { Actor } from "@sameroom/contract";
import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { rooms } from "./rooms.ts";

/** Raids of rooms: at most one of a room is `starting`. */
export const raids = pgTable(
  "raids",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    toRoomId: uuid("to_room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    /** Who leads it. */
    actor: jsonb("actor").$type<Actor>().notNull(),
    goesAt: instant("goes_at").notNull(),
    state: text("state", { enum: ["starting", "cancelled", "gone"] }).notNull(),
  },
  (table) => [
    uniqueIndex("raids_starting").on(table.roomId).where(sql`${table.state} = 'starting'`),
    index("raids_state").on(table.state, table.goesAt),
  ],
);
export type RaidRow = typeof raids.$inferSelect;

/** Whose raids rooms take that want it otherwise than everybody's. */
export const raidRules = pgTable("raid_rules", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  from: text("raiders", { enum: ["everybody", "followed", "nobody"] }).notNull(),
});

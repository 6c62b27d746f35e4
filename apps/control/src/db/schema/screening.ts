import type { FrameView } from "@sameroom/contract";
import { SCREENING_POLICIES } from "@sameroom/contract";
import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { broadcasts, rooms } from "./rooms.ts";

/** What is done about pictures in rooms that have it otherwise than the house. */
export const screeningRules = pgTable("screening_rules", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  policy: text("policy", { enum: SCREENING_POLICIES }).notNull(),
});

/** Pictures of shows that looked wrong. What lies over a show follows from those of it that are not cleared. */
export const flaggedFrames = pgTable(
  "flagged_frames",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    at: instant("at").notNull(),
    found: jsonb("found").$type<FrameView["found"]>().notNull(),
    action: text("action", { enum: ["flag", "blur", "pause"] }).notNull(),
    state: text("state", { enum: ["waiting", "cleared", "upheld"] }).notNull(),
    decidedAt: instant("decided_at"),
    decidedBy: text("decided_by"),
    /** Name of the picture's file. */
    file: text("file").notNull(),
  },
  (table) => [
    index("flagged_frames_room").on(table.roomId, table.id),
    index("flagged_frames_broadcast").on(table.broadcastId, table.state),
  ],
);
export type FlaggedFrame = typeof flaggedFrames.$inferSelect;

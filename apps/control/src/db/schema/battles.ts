import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import type { BattleState } from "../../features/battles/rules.ts";
import { instant } from "./columns.ts";
import { ledgerTransfers } from "./money.ts";
import { rooms } from "./rooms.ts";

/** Challenges and battles. `state` is what `features/battles/rules.ts` says; `untold`: of its last step not everybody knows yet. */
export const battles = pgTable(
  "battles",
  {
    id: uuid("id").primaryKey(),
    /** The challenger. */
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    otherRoomId: uuid("other_room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    state: jsonb("state").$type<BattleState>().notNull(),
    phase: text("phase").$type<BattleState["phase"]>().notNull(),
    /** When something happens by itself. */
    dueAt: instant("due_at"),
    untold: boolean("untold").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("battles_room").on(table.roomId, table.phase),
    index("battles_other_room").on(table.otherRoomId, table.phase),
    index("battles_due").on(table.dueAt),
    index("battles_untold").on(table.id).where(sql`${table.untold}`),
  ],
);

/** What a room says of battles: whether it may be challenged, the one it is in, since when it waits for an opponent. */
export const battleDesks = pgTable(
  "battle_desks",
  {
    roomId: uuid("room_id")
      .primaryKey()
      .references(() => rooms.id, { onDelete: "cascade" }),
    open: boolean("open").notNull().default(true),
    battleId: uuid("battle_id").references(() => battles.id, { onDelete: "set null" }),
    queuedAt: instant("queued_at"),
    durationS: integer("duration_s").notNull().default(0),
    penaltyS: integer("penalty_s").notNull().default(0),
  },
  (table) => [index("battle_desks_queue").on(table.queuedAt)],
);

/** The score log: each gift that counted, once. */
export const battleGifts = pgTable(
  "battle_gifts",
  {
    transferId: uuid("transfer_id")
      .primaryKey()
      .references(() => ledgerTransfers.id),
    battleId: uuid("battle_id")
      .notNull()
      .references(() => battles.id, { onDelete: "cascade" }),
    round: integer("round").notNull(),
    side: smallint("side").$type<0 | 1>().notNull(),
    senderId: uuid("sender_id").notNull(),
    name: text("name").notNull(),
    coins: integer("coins").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [index("battle_gifts_round").on(table.battleId, table.round)],
);

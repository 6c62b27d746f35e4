import { boolean, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** People. `nameKey` is the user name in lower case: names are compared without case. */
export const accounts = pgTable("accounts", {
  id: uuid("id").primaryKey(),
  username: text("username").notNull(),
  nameKey: text("name_key").notNull().unique(),
  displayName: text("display_name").notNull(),
  passwordHash: text("password_hash").notNull(),
  role: text("role", { enum: ["user", "admin"] }).notNull(),
  disabled: boolean("disabled").notNull().default(false),
  createdAt: instant("created_at").notNull(),
});
export type Account = typeof accounts.$inferSelect;

/** Log-ins of browsers; the cookie's secret is kept hashed. */
export const sessions = pgTable(
  "sessions",
  {
    secretHash: text("secret_hash").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("sessions_account").on(table.accountId), index("sessions_expiry").on(table.expiresAt)],
);
export type Session = typeof sessions.$inferSelect;

export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    prefix: text("prefix").notNull(),
    secretHash: text("secret_hash").notNull().unique(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [index("api_keys_account").on(table.accountId)],
);
export type ApiKey = typeof apiKeys.$inferSelect;

/**
 * Rooms with where they are in their life. `publisherSession` is the media session on air, or the one that was on
 * air last: an ended session can never bring its room back. `viewers` trails the true number and only sorts lists.
 */
export const rooms = pgTable(
  "rooms",
  {
    id: uuid("id").primaryKey(),
    slug: text("slug").notNull().unique(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => accounts.id),
    title: text("title").notNull(),
    description: text("description").notNull(),
    createdAt: instant("created_at").notNull(),
    coverFile: text("cover_file"),
    thumbnailFile: text("thumbnail_file"),
    state: text("state", { enum: ["scheduled", "live", "interrupted", "ended"] })
      .notNull()
      .default("scheduled"),
    startedAt: instant("started_at"),
    endedAt: instant("ended_at"),
    graceEndsAt: instant("grace_ends_at"),
    broadcastId: uuid("broadcast_id"),
    publisherSession: text("publisher_session"),
    worker: text("worker"),
    viewers: integer("viewers").notNull().default(0),
  },
  (table) => [index("rooms_owner").on(table.ownerId), index("rooms_state").on(table.state)],
);
export type Room = typeof rooms.$inferSelect;

/** One live show of a room, from the first picture to its end. */
export const broadcasts = pgTable(
  "broadcasts",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    peakViewers: integer("peak_viewers").notNull().default(0),
  },
  (table) => [index("broadcasts_room").on(table.roomId, table.startedAt)],
);
export type Broadcast = typeof broadcasts.$inferSelect;

/** The key an encoder publishes with, one per room. */
export const streamKeys = pgTable("stream_keys", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  prefix: text("prefix").notNull(),
  secretHash: text("secret_hash").notNull(),
  createdAt: instant("created_at").notNull(),
});
export type StreamKey = typeof streamKeys.$inferSelect;

import type { FindingValues } from "@sameroom/contract";
import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { StageState } from "../../features/stage/rules.ts";
import { accounts } from "./accounts.ts";
import { byteCount, instant, visibility } from "./columns.ts";

/**
 * Rooms with where they are in their life. `publisherSession` is the media session on air, or the one that was on
 * air last: an ended session can never bring its room back. `viewers` trails the true number and only sorts lists.
 * A room with `deletedAt` is gone for everybody; it stays for its log and for money that names it. Its address is then its
 * id, and what it was is in `formerSlug`: only its owner may use that again.
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
    visibility: visibility("visibility").notNull().default("public"),
    recordingMode: text("recording_mode", { enum: ["off", "automatic", "manual"] })
      .notNull()
      .default("manual"),
    deletedAt: instant("deleted_at"),
    formerSlug: text("former_slug"),
  },
  (table) => [
    index("rooms_former_slug").on(table.formerSlug),
    index("rooms_owner").on(table.ownerId),
    index("rooms_state").on(table.state),
  ],
);
export type Room = typeof rooms.$inferSelect;

/**
 * One live show of a room, from the first picture to its end. `recordOn` is the host's last word on recording it; null:
 * none, the room's mode decides.
 */
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
    recordOn: boolean("record_on"),
  },
  (table) => [index("broadcasts_room").on(table.roomId, table.startedAt)],
);
export type Broadcast = typeof broadcasts.$inferSelect;

/** What the stream doctor found in a broadcast, once for each code. `lastAt` is null while it is there. */
export const broadcastFindings = pgTable(
  "broadcast_findings",
  {
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    code: text("code").notNull(),
    /** The worst it had. */
    severity: text("severity", { enum: ["info", "warning", "problem"] }).notNull(),
    repaired: boolean("repaired").notNull(),
    values: jsonb("values").$type<FindingValues>().notNull(),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at"),
    /** How often it came. */
    times: integer("times").notNull(),
  },
  (table) => [primaryKey({ columns: [table.broadcastId, table.code] })],
);
export type BroadcastFinding = typeof broadcastFindings.$inferSelect;

/** The key an encoder publishes with, one per room. */
export const streamKeys = pgTable("stream_keys", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  prefix: text("prefix").notNull(),
  secretHash: text("secret_hash").notNull().unique(),
  createdAt: instant("created_at").notNull(),
});
export type StreamKey = typeof streamKeys.$inferSelect;

/**
 * The catalogue of recordings. The files are media's: `worker` has them, and what it last said of them stands here. A
 * row with `deletedAt` is gone for everybody; it stays until the worker says that the files are gone as well.
 */
export const recordings = pgTable(
  "recordings",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    broadcastId: uuid("broadcast_id").references(() => broadcasts.id, { onDelete: "set null" }),
    worker: text("worker").notNull(),
    state: text("state", { enum: ["recording", "suspended", "finishing", "ready", "failed"] }).notNull(),
    fault: text("fault", { enum: ["disk-full", "disk-slow", "not-writable", "no-media", "damaged"] }),
    title: text("title").notNull(),
    visibility: visibility("visibility").notNull(),
    startedAt: instant("started_at").notNull(),
    durationMs: doublePrecision("duration_ms").notNull(),
    /** On storage, all files. */
    bytes: byteCount("bytes").notNull(),
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    /** Of `recording.mp4`, as soon as there is one. */
    fileBytes: byteCount("file_bytes"),
    fileSha256: text("file_sha256"),
    hasPictures: boolean("has_pictures").notNull(),
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    index("recordings_room").on(table.roomId, table.startedAt),
    index("recordings_broadcast").on(table.broadcastId),
    index("recordings_worker").on(table.worker),
    index("recordings_started").on(table.startedAt, table.id),
  ],
);
export type Recording = typeof recordings.$inferSelect;

/** The stage of a room as it is: who is on it, who would like to be. `state` is what `features/stage/rules.ts` says. */
export const stages = pgTable("stages", {
  roomId: uuid("room_id")
    .primaryKey()
    .references(() => rooms.id, { onDelete: "cascade" }),
  state: jsonb("state").$type<StageState>().notNull(),
});

/**
 * Where a room's shows are sent on to. `credentials` is sealed (`seal.ts`): the stream key or stream id and the
 * passphrase; null: none is needed.
 */
export const restreamTargets = pgTable(
  "restream_targets",
  {
    id: uuid("id").primaryKey(),
    roomId: uuid("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    url: text("url").notNull(),
    credentials: text("credentials"),
    enabled: boolean("enabled").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("restream_targets_room").on(table.roomId, table.createdAt)],
);
export type RestreamTargetRow = typeof restreamTargets.$inferSelect;

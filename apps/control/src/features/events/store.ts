import type { ChatMode, EventType, RoomEvent } from "@sameroom/contract";
import { and, asc, desc, eq, gt, inArray, lt, ne, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../db/database.ts";
import { type RoomEventRow, roomEvents, roomLogs, rooms } from "../../db/schema.ts";
import type { EventDraft } from "../../room-log.ts";
import { storable } from "./storable.ts";

/** A draft, the room it is for, and when it came. */
export interface RoomDraft extends EventDraft {
  slug: string;
  atUnixMs: number;
}

/** Which piece of a log. */
export interface PieceOfLog {
  /** The oldest after it; without it the newest. */
  after?: number;
  before?: number;
  types?: readonly EventType[];
  /** All but these. */
  without?: EventType;
  broadcast?: string;
  /** Also what only staff may see. */
  staff: boolean;
  limit: number;
}

export interface LogHead {
  last: number;
  chatMode: ChatMode | null;
  pinned: number | null;
}

/** Rooms' event logs in the database. */
export interface EventStore {
  /**
   * Appends all of it in one transaction, in order, and gives each its event: the first one for a client id that is known.
   * Null: there is no such room.
   */
  append(drafts: readonly RoomDraft[]): Promise<(RoomEvent | null)[]>;
  /** Oldest first. `complete`: nothing is left in the direction asked for. */
  read(roomId: string, piece: PieceOfLog): Promise<{ events: RoomEvent[]; complete: boolean }>;
  /** Of a log that has nothing yet: zeros. */
  head(roomId: string): Promise<LogHead>;
  /** The newest sequence numbers of those that have a log, by slug. */
  lasts(slugs: readonly string[]): Promise<Map<string, number>>;
  /** What somebody said with this client id; null: nothing yet. */
  byClientId(roomId: string, participant: string, clientId: string): Promise<RoomEvent | null>;
}

const EMPTY: LogHead = { last: 0, chatMode: null, pinned: null };

export function createEventStore(db: Database["orm"]): EventStore {
  return {
    append: (drafts) => db.transaction((transaction) => appendIn(transaction, drafts)),
    async read(roomId, { limit, ...piece }) {
      const found = await db
        .select()
        .from(roomEvents)
        .where(and(eq(roomEvents.roomId, roomId), ...conditionsOf(piece)))
        .orderBy(piece.after === undefined ? desc(roomEvents.sequence) : asc(roomEvents.sequence))
        .limit(limit + 1);
      const events = found.slice(0, limit).map(eventOf);
      if (piece.after === undefined) events.reverse();
      return { events, complete: found.length <= limit };
    },
    async head(roomId) {
      const [head] = await db
        .select({ last: roomLogs.last, chatMode: roomLogs.chatMode, pinned: roomLogs.pinned })
        .from(roomLogs)
        .where(eq(roomLogs.roomId, roomId));
      return head ?? EMPTY;
    },
    async lasts(slugs) {
      if (slugs.length === 0) return new Map();
      const found = await db
        .select({ slug: rooms.slug, last: roomLogs.last })
        .from(roomLogs)
        .innerJoin(rooms, eq(rooms.id, roomLogs.roomId))
        .where(inArray(rooms.slug, [...slugs]));
      return new Map(found.map(({ slug, last }) => [slug, last]));
    },
    async byClientId(roomId, participant, clientId) {
      const [found] = await db
        .select()
        .from(roomEvents)
        .where(
          and(
            eq(roomEvents.roomId, roomId),
            eq(roomEvents.participant, participant),
            eq(roomEvents.clientId, clientId),
          ),
        );
      return found === undefined ? null : eventOf(found);
    },
  };
}

function conditionsOf({ after, before, types, without, broadcast, staff }: Omit<PieceOfLog, "limit">) {
  return [
    ...(after === undefined ? [] : [gt(roomEvents.sequence, after)]),
    ...(before === undefined ? [] : [lt(roomEvents.sequence, before)]),
    ...(types === undefined ? [] : [inArray(roomEvents.type, [...types])]),
    ...(without === undefined ? [] : [ne(roomEvents.type, without)]),
    ...(broadcast === undefined ? [] : [eq(roomEvents.broadcastId, broadcast)]),
    ...(staff ? [] : [eq(roomEvents.audience, "all")]),
  ];
}

async function appendIn(db: Queryable, drafts: readonly RoomDraft[]): Promise<(RoomEvent | null)[]> {
  const slugs = [...new Set(drafts.map(({ slug }) => slug))];
  const heads = await lock(db, slugs);
  const known = await knownOf(db, drafts, heads);
  const rows: RoomEventRow[] = [];
  const answers = drafts.map((draft) => {
    const head = heads.get(draft.slug);
    if (head === undefined) return null;
    const key = clientKey(head.roomId, draft.actor?.participant ?? "", draft.clientId ?? null);
    const before = key === null ? undefined : known.get(key);
    if (before !== undefined) return before;
    head.last += 1;
    const row = rowOf(draft, head);
    rows.push(row);
    const event = eventOf(row);
    if (key !== null) known.set(key, event);
    return event;
  });
  if (rows.length === 0) return answers;
  await insert(db, rows);
  await keepHeads(db, rows, heads);
  await wipe(db, rows);
  return answers;
}

interface LockedHead {
  roomId: string;
  last: number;
  broadcastId: string | null;
}

interface FoundLog {
  [column: string]: unknown;
  slug: string;
  roomId: string;
  state: string;
  broadcastId: string | null;
  last: number;
}

/** Takes the locks of the rooms' logs, always in the same order: two processes never wait for each other in a circle. */
async function lock(db: Queryable, slugs: readonly string[]): Promise<Map<string, LockedHead>> {
  const { rows } = await db.execute<FoundLog>(sql`
    with found as (
      select id, slug, state, broadcast_id from rooms where slug = any(${sql.param(slugs)}::text[])
    ), locked as (
      insert into room_logs (room_id, last) select id, 0 from found order by id
      on conflict (room_id) do update set last = room_logs.last
      returning room_id, last
    )
    select slug, id as "roomId", state, broadcast_id as "broadcastId", last
    from found join locked on locked.room_id = found.id`);
  return new Map(
    rows.map(({ roomId, slug, broadcastId, state, last }) => {
      const onAir = state === "live" || state === "interrupted";
      return [slug, { roomId, last, broadcastId: onAir ? broadcastId : null }];
    }),
  );
}

/** One parameter for all of it: a statement made of twelve for each event takes longer to make than to run. */
async function insert(db: Queryable, rows: readonly RoomEventRow[]): Promise<void> {
  await db.execute(sql`
    insert into room_events (room_id, sequence, at, capture_unix_ms, participant, actor, client_id, audience, type, reply_to,
      broadcast_id, body)
    select "roomId", sequence, at, "captureUnixMs", participant, actor, "clientId", audience, type, "replyTo", "broadcastId", body
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as fresh ("roomId" uuid, sequence int, at timestamptz,
      "captureUnixMs" float8, participant text, actor jsonb, "clientId" uuid, audience text, type text, "replyTo" int,
      "broadcastId" uuid, body jsonb)`);
}

function clientKey(roomId: string, participant: string, clientId: string | null): string | null {
  return clientId === null ? null : `${roomId} ${clientId.toLowerCase()} ${participant}`;
}

/** What was appended before with client ids of these drafts. */
async function knownOf(
  db: Queryable,
  drafts: readonly RoomDraft[],
  heads: ReadonlyMap<string, LockedHead>,
): Promise<Map<string, RoomEvent>> {
  const clientIds = drafts.flatMap(({ clientId }) => clientId ?? []);
  if (clientIds.length === 0) return new Map();
  const roomIds = [...heads.values()].map(({ roomId }) => roomId);
  const participants = [...new Set(drafts.map(({ actor }) => actor?.participant ?? ""))];
  const found = await db
    .select()
    .from(roomEvents)
    .where(
      and(
        inArray(roomEvents.roomId, roomIds),
        inArray(roomEvents.participant, participants),
        inArray(roomEvents.clientId, clientIds),
      ),
    );
  return new Map(
    found.map((row) => [clientKey(row.roomId, row.participant, row.clientId) ?? "", eventOf(row)]),
  );
}

function rowOf(draft: RoomDraft, head: LockedHead): RoomEventRow {
  const body = storable(draft.body);
  return {
    ...{ roomId: head.roomId, sequence: head.last, at: new Date(draft.atUnixMs) },
    captureUnixMs: draft.captureUnixMs ?? null,
    participant: draft.actor?.participant ?? "",
    actor: storable(draft.actor),
    clientId: draft.clientId?.toLowerCase() ?? null,
    audience: draft.audience ?? "all",
    type: body.type,
    replyTo: body.type === "message" ? (body.replyTo?.sequence ?? null) : null,
    // The room's row may be saved later than its state is told.
    broadcastId: body.type === "state" ? body.broadcast : head.broadcastId,
    body,
  };
}

async function keepHeads(
  db: Queryable,
  rows: readonly RoomEventRow[],
  heads: ReadonlyMap<string, LockedHead>,
): Promise<void> {
  for (const { roomId, last } of heads.values()) {
    const fresh = rows.filter((row) => row.roomId === roomId).map(({ body }) => body);
    if (fresh.length === 0) continue;
    const mode = fresh.findLast((body) => body.type === "chat-mode");
    const pin = fresh.findLast((body) => body.type === "message-pinned");
    await db
      .update(roomLogs)
      .set({
        last,
        ...(mode === undefined ? {} : { chatMode: mode.mode }),
        ...(pin === undefined ? {} : { pinned: pin.message }),
      })
      .where(eq(roomLogs.roomId, roomId));
  }
}

/** Takes the text of deleted messages out of the log: theirs, and what answers quote of it. */
async function wipe(db: Queryable, rows: readonly RoomEventRow[]): Promise<void> {
  for (const { roomId, body } of rows) {
    if (body.type !== "message-deleted") continue;
    const { message } = body;
    const wiped = { text: "", mentions: [], replyTo: null };
    await db
      .update(roomEvents)
      .set({ body: sql`${roomEvents.body} || ${JSON.stringify(wiped)}::jsonb`, replyTo: null })
      .where(
        and(eq(roomEvents.roomId, roomId), eq(roomEvents.sequence, message), eq(roomEvents.type, "message")),
      );
    await wipeQuotes(db, roomId, [message]);
    await db
      .update(roomLogs)
      .set({ pinned: null })
      .where(and(eq(roomLogs.roomId, roomId), eq(roomLogs.pinned, message)));
  }
  // Somebody may have answered while it was deleted.
  for (const roomId of new Set(rows.map((row) => row.roomId))) {
    const quoted = rows.flatMap((row) => (row.roomId === roomId ? (row.replyTo ?? []) : []));
    if (quoted.length === 0) continue;
    const gone = await db
      .select({ sequence: roomEvents.sequence })
      .from(roomEvents)
      .where(
        and(
          eq(roomEvents.roomId, roomId),
          inArray(roomEvents.sequence, quoted),
          eq(sql`${roomEvents.body} ->> 'text'`, ""),
        ),
      );
    if (gone.length > 0)
      await wipeQuotes(
        db,
        roomId,
        gone.map(({ sequence }) => sequence),
      );
  }
}

async function wipeQuotes(db: Queryable, roomId: string, messages: readonly number[]): Promise<void> {
  await db
    .update(roomEvents)
    .set({ body: sql`jsonb_set(${roomEvents.body}, '{replyTo,excerpt}', '""')` })
    .where(and(eq(roomEvents.roomId, roomId), inArray(roomEvents.replyTo, [...messages])));
}

function eventOf(row: RoomEventRow): RoomEvent {
  const { sequence, at, captureUnixMs, actor, clientId, audience, body } = row;
  return { sequence, atUnixMs: at.getTime(), captureUnixMs, actor, clientId, audience, body };
}

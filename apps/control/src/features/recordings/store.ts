import { and, count, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../db/database.ts";
import { accounts, broadcasts, type Recording, type Room, recordings, rooms } from "../../db/schema.ts";
import type { RecordingCursor } from "./cursor.ts";

/** A recording with its room and the name of who owns that. */
export interface OwnedRecording {
  recording: Recording;
  room: Room;
  ownerName: string;
}

export interface RecordingPage {
  recordings: OwnedRecording[];
  next: RecordingCursor | null;
}

/** Which recordings to list; those marked deleted only with `deleted`. */
export interface RecordingFilter {
  roomId?: string;
  ownerId?: string;
  worker?: string;
  /** Only those that everybody may find: public and ready. */
  publicOnly?: boolean;
  deleted?: boolean;
}

/** The catalogue in the database. */
export interface RecordingStore {
  /** Also one that is marked deleted. */
  find(id: string): Promise<OwnedRecording | null>;
  /** Newest first. */
  list(query: RecordingFilter & { limit: number; after?: RecordingCursor }): Promise<RecordingPage>;
  /** How many there are, and what they take on storage together. */
  total(filter: RecordingFilter): Promise<{ count: number; bytes: number }>;
  /** The newest recording of each broadcast that has one. */
  newestOf(broadcastIds: readonly string[]): Promise<Recording[]>;
  /** Writes what a worker says of a recording; a broadcast that is none of the room's is left out. */
  put(recording: Recording): Promise<void>;
  /** All rows with one of these ids and all of this worker. */
  known(worker: string, ids: readonly string[]): Promise<Recording[]>;
  update(
    id: string,
    changes: Partial<Pick<Recording, "title" | "visibility" | "state" | "fault">>,
  ): Promise<void>;
  /** false when it was marked before, or is not there. */
  markDeleted(id: string, at: Date): Promise<boolean>;
  /** The room with this address, for a new recording. */
  roomOf(slug: string): Promise<Room | null>;
  /** Finished ones (`ready`, `failed`) whose show ended before this. */
  endedBefore(at: Date): Promise<string[]>;
  /** The oldest finished ones that together take at least this many bytes, or all finished ones. */
  oldestWorth(bytes: number): Promise<string[]>;
  /** Those whose room is deleted, and they are not yet. */
  ofDeletedRooms(): Promise<string[]>;
  /** Marked deleted, their files not known to be gone. */
  deleting(): Promise<Pick<Recording, "id" | "worker">[]>;
  remove(id: string): Promise<void>;
}

/** Ids in one statement; PostgreSQL takes 65,535 parameters. */
const CHUNK = 5_000;

const finished = and(isNull(recordings.deletedAt), inArray(recordings.state, ["ready", "failed"]));
const endedAt = sql`(${recordings.startedAt} + ${recordings.durationMs} * interval '1 millisecond')`;

export function createRecordingStore(db: Queryable): RecordingStore {
  const owned = () =>
    db
      .select({ recording: recordings, room: rooms, ownerName: accounts.displayName })
      .from(recordings)
      .innerJoin(rooms, eq(rooms.id, recordings.roomId))
      .innerJoin(accounts, eq(accounts.id, rooms.ownerId));
  return {
    async find(id) {
      const [found] = await owned().where(eq(recordings.id, id)).limit(1);
      return found ?? null;
    },
    async list({ limit, after, ...filter }) {
      const conditions = conditionsOf(filter);
      if (after !== undefined)
        conditions.push(
          sql`(${recordings.startedAt}, ${recordings.id}) < (${new Date(after.startedUnixMs).toISOString()}::timestamptz, ${after.id}::uuid)`,
        );
      const found = await owned()
        .where(and(...conditions))
        .orderBy(desc(recordings.startedAt), desc(recordings.id))
        .limit(limit + 1);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1)?.recording : undefined;
      return {
        recordings: page,
        next: last === undefined ? null : { startedUnixMs: last.startedAt.getTime(), id: last.id },
      };
    },
    async total(filter) {
      const [row] = await db
        .select({ count: count(), bytes: sql<string>`coalesce(sum(${recordings.bytes}), 0)` })
        .from(recordings)
        .innerJoin(rooms, eq(rooms.id, recordings.roomId))
        .where(and(...conditionsOf(filter)));
      return { count: row?.count ?? 0, bytes: Number(row?.bytes ?? 0) };
    },
    async newestOf(broadcastIds) {
      if (broadcastIds.length === 0) return [];
      return db
        .selectDistinctOn([recordings.broadcastId])
        .from(recordings)
        .where(and(inArray(recordings.broadcastId, [...broadcastIds]), isNull(recordings.deletedAt)))
        .orderBy(recordings.broadcastId, desc(recordings.startedAt), desc(recordings.id));
    },
    async put(recording) {
      const { id, roomId, title, visibility, deletedAt, startedAt, ...facts } = recording;
      const broadcastId = sql`(select ${broadcasts.id} from ${broadcasts} where ${broadcasts.id} = ${recording.broadcastId}::uuid and ${broadcasts.roomId} = ${roomId}::uuid)`;
      await db
        .insert(recordings)
        .values({ ...recording, broadcastId })
        .onConflictDoUpdate({
          target: recordings.id,
          set: { ...facts, startedAt, broadcastId: sql`coalesce(${broadcastId}, ${recordings.broadcastId})` },
        });
    },
    async known(worker, ids) {
      const found = await db.select().from(recordings).where(eq(recordings.worker, worker));
      const seen = new Set(found.map(({ id }) => id));
      const elsewhere = ids.filter((id) => !seen.has(id));
      for (let start = 0; start < elsewhere.length; start += CHUNK) {
        const chunk = elsewhere.slice(start, start + CHUNK);
        found.push(...(await db.select().from(recordings).where(inArray(recordings.id, chunk))));
      }
      return found;
    },
    async update(id, changes) {
      await db.update(recordings).set(changes).where(eq(recordings.id, id));
    },
    async markDeleted(id, at) {
      const marked = await db
        .update(recordings)
        .set({ deletedAt: at })
        .where(and(eq(recordings.id, id), isNull(recordings.deletedAt)))
        .returning({ id: recordings.id });
      return marked.length === 1;
    },
    async roomOf(slug) {
      const [room] = await db.select().from(rooms).where(eq(rooms.slug, slug)).limit(1);
      return room ?? null;
    },
    async endedBefore(at) {
      const found = await db
        .select({ id: recordings.id })
        .from(recordings)
        .where(and(finished, sql`${endedAt} < ${at.toISOString()}::timestamptz`))
        .orderBy(recordings.startedAt, recordings.id);
      return found.map(({ id }) => id);
    },
    async oldestWorth(bytes) {
      const older = sql<string>`sum(${recordings.bytes}) over (order by ${recordings.startedAt}, ${recordings.id}) - ${recordings.bytes}`;
      const ranked = db
        .select({ id: recordings.id, older: older.as("older") })
        .from(recordings)
        .where(finished)
        .as("ranked");
      const found = await db.select({ id: ranked.id }).from(ranked).where(sql`${ranked.older} < ${bytes}`);
      return found.map(({ id }) => id);
    },
    async ofDeletedRooms() {
      const found = await db
        .select({ id: recordings.id })
        .from(recordings)
        .innerJoin(rooms, eq(rooms.id, recordings.roomId))
        .where(and(isNull(recordings.deletedAt), isNotNull(rooms.deletedAt)));
      return found.map(({ id }) => id);
    },
    deleting: () =>
      db
        .select({ id: recordings.id, worker: recordings.worker })
        .from(recordings)
        .where(isNotNull(recordings.deletedAt)),
    async remove(id) {
      await db.delete(recordings).where(and(eq(recordings.id, id), isNotNull(recordings.deletedAt)));
    },
  };
}

function conditionsOf({ roomId, ownerId, worker, publicOnly, deleted }: RecordingFilter): SQL[] {
  return [
    ...(deleted === true ? [] : [isNull(recordings.deletedAt)]),
    ...(roomId === undefined ? [] : [eq(recordings.roomId, roomId)]),
    ...(ownerId === undefined ? [] : [eq(rooms.ownerId, ownerId)]),
    ...(worker === undefined ? [] : [eq(recordings.worker, worker)]),
    ...(publicOnly === true
      ? [inArray(recordings.visibility, ["public", "subscribers"]), eq(recordings.state, "ready")]
      : []),
  ];
}

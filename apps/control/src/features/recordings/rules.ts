import type { RecordingFact } from "@sameroom/contract";
import type { Recording, Room } from "../../db/schema.ts";

/** What a worker's `hello` means for the catalogue. */
export interface Reconciliation {
  /** To be written: news of known ones, and ones control never heard of. */
  take: RecordingFact[];
  /** Deleted while the worker was away: it deletes the files now. */
  orderDeletion: string[];
  /** Deleted, and the files are gone already. */
  forget: string[];
  /** The worker should have them and has not. */
  lost: Recording[];
}

/** Compares what a worker has with what the catalogue knows of it. Pure. */
export function reconcile(
  worker: string,
  facts: readonly RecordingFact[],
  known: readonly Recording[],
): Reconciliation {
  const byId = new Map(known.map((recording) => [recording.id, recording]));
  const there = new Set(facts.map(({ id }) => id));
  const isDeleted = (id: string) => byId.get(id)?.deletedAt != null;
  const missing = known.filter((recording) => recording.worker === worker && !there.has(recording.id));
  return {
    take: facts.filter((fact) => {
      const before = byId.get(fact.id);
      return before === undefined || (before.deletedAt === null && !isSame(before, fact, worker));
    }),
    orderDeletion: facts.map(({ id }) => id).filter(isDeleted),
    forget: missing.filter(({ deletedAt }) => deletedAt !== null).map(({ id }) => id),
    lost: missing.filter(({ deletedAt, state }) => deletedAt === null && state !== "failed"),
  };
}

/** How far the clocks of a worker and of control may differ. */
const SKEW_MS = 60_000;

/**
 * Whether a recording control never heard of belongs to the room that has its address now. One that began before the room
 * was made is somebody else's, of a database that is lost.
 */
export function mayAdopt(fact: Pick<RecordingFact, "startedUnixMs">, room: Pick<Room, "createdAt">): boolean {
  return fact.startedUnixMs >= room.createdAt.getTime() - SKEW_MS;
}

/** The catalogue's row of a fact. What people decide about it (title, visibility) is kept; at first it is the room's. */
export function recordingOf(
  fact: RecordingFact,
  worker: string,
  more: {
    room: Pick<Room, "id" | "title" | "visibility">;
    before: Recording | null;
    broadcastId: string | null;
  },
): Recording {
  const { room, before } = more;
  return {
    id: fact.id,
    roomId: before?.roomId ?? room.id,
    broadcastId: fact.broadcast ?? before?.broadcastId ?? more.broadcastId,
    worker,
    state: fact.state,
    fault: fact.fault,
    title: before?.title ?? room.title,
    visibility: before?.visibility ?? room.visibility,
    startedAt: new Date(fact.startedUnixMs),
    durationMs: fact.durationMs,
    bytes: fact.bytes,
    width: fact.width,
    height: fact.height,
    fileBytes: fact.file?.bytes ?? null,
    fileSha256: fact.file?.sha256 ?? null,
    hasPictures: fact.hasPictures,
    deletedAt: before?.deletedAt ?? null,
  };
}

function isSame(recording: Recording, fact: RecordingFact, worker: string): boolean {
  return (
    recording.worker === worker &&
    recording.state === fact.state &&
    recording.fault === fact.fault &&
    (fact.broadcast === null || recording.broadcastId === fact.broadcast) &&
    recording.startedAt.getTime() === Math.floor(fact.startedUnixMs) &&
    recording.durationMs === fact.durationMs &&
    recording.bytes === fact.bytes &&
    recording.width === fact.width &&
    recording.height === fact.height &&
    recording.fileBytes === (fact.file?.bytes ?? null) &&
    recording.fileSha256 === (fact.file?.sha256 ?? null) &&
    recording.hasPictures === fact.hasPictures
  );
}

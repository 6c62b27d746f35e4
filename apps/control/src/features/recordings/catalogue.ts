import type { Clock, Log } from "@sameroom/base";
import { type ControlToMedia, isOpenToAll, type RecordingFact } from "@sameroom/contract";
import type { Recording, Room } from "../../db/schema.ts";
import { mayAdopt, reconcile, recordingOf } from "./rules.ts";
import type { RecordingStore } from "./store.ts";

export interface CataloguePorts {
  store: RecordingStore;
  clock: Pick<Clock, "unixMs">;
  log: Log;
  /** Sends to a worker if it is there. */
  order: (worker: string, message: ControlToMedia) => void;
  /** The broadcast on air in a room, or null. */
  broadcastOf: (slug: string) => string | null;
  /** State, fault, visibility or existence of a recording changed. `before`: null for a new one; `after`: for a deleted one. */
  changed: (before: Recording | null, after: Recording | null) => Promise<void>;
}

/** Who had a recording deleted, for the log. */
export type DeletionReason = "owner" | "admin" | "room-deleted" | "too-old" | "too-much";

/** The catalogue of recordings, kept true to what the workers that have the files say. */
export interface Catalogue {
  /** All that a worker has, after it connected. */
  hello(worker: string, facts: readonly RecordingFact[]): void;
  fact(worker: string, fact: RecordingFact): void;
  /** A worker says that the files are gone. */
  deleted(worker: string, id: string): void;
  /** What its owner decided. Returns the recording as it is now. */
  change(
    recording: Recording,
    changes: Partial<Pick<Recording, "title" | "visibility">>,
    participant: string,
  ): Promise<Recording>;
  /** Gone for everybody at once, the files as soon as their worker hears of it. false when it was gone before. */
  delete(recording: Recording, by: { reason: DeletionReason; participant?: string }): Promise<boolean>;
  /** Orders once more what workers did not confirm. */
  remind(): Promise<void>;
  /** Resolves when everything reported so far is dealt with. */
  settled(): Promise<void>;
}

export function createCatalogue(ports: CataloguePorts): Catalogue {
  const { store, log, order } = ports;
  let tail: Promise<unknown> = Promise.resolve();

  /** One after the other: facts of one recording must not overtake each other. */
  function enqueue(what: string, more: Record<string, unknown>, work: () => Promise<void>): void {
    tail = tail.then(work).catch((error: unknown) => log.error(what, { ...more, err: error }));
  }

  const policy = ({ id, visibility }: Recording): ControlToMedia => ({
    type: "recording-policy",
    id,
    open: isOpenToAll(visibility),
  });

  async function take(worker: string, fact: RecordingFact, before: Recording | null): Promise<void> {
    if (before !== null && before.deletedAt !== null) return;
    const room = await store.roomOf(fact.room);
    if (!isOurs(fact, room, before, worker)) return;
    const after = recordingOf(fact, worker, { room, before, broadcastId: ports.broadcastOf(room.slug) });
    await store.put(after);
    if (before === null) order(worker, policy(after));
    if (before?.state === after.state && before.fault === after.fault) return;
    const how = { recording: fact.id, room: fact.room, worker, state: after.state, fault: after.fault };
    if (after.fault === null) log.info("recording state", how);
    else log.warn("a recording is in trouble", how);
    await ports.changed(before, after);
  }

  function isOurs(
    fact: RecordingFact,
    room: Room | null,
    before: Recording | null,
    worker: string,
  ): room is Room {
    const known = before === null ? room !== null && mayAdopt(fact, room) : room?.id === before.roomId;
    if (!known)
      // Never deleted: it may be all that is left of a lost database.
      log.warn("a worker has a recording of a room that does not exist", {
        ...{ recording: fact.id, room: fact.room, worker },
      });
    return known;
  }

  async function reconcileWith(worker: string, facts: readonly RecordingFact[]): Promise<void> {
    const known = await store.known(
      worker,
      facts.map(({ id }) => id),
    );
    const byId = new Map(known.map((recording) => [recording.id, recording]));
    const plan = reconcile(worker, facts, known);
    for (const id of plan.orderDeletion) order(worker, { type: "delete-recording", id });
    for (const id of plan.forget) await store.remove(id);
    for (const recording of plan.lost) {
      log.error("a worker lost a recording", { recording: recording.id, worker });
      const after = { ...recording, state: "failed", fault: "damaged" } as const;
      await store.update(recording.id, { state: after.state, fault: after.fault });
      await ports.changed(recording, after);
    }
    for (const { id } of facts) {
      const recording = byId.get(id);
      if (recording !== undefined && recording.deletedAt === null) order(worker, policy(recording));
    }
    for (const fact of plan.take) await take(worker, fact, byId.get(fact.id) ?? null);
  }

  return {
    hello: (worker, facts) =>
      enqueue("recordings could not be compared with a worker's", { worker }, () =>
        reconcileWith(worker, facts),
      ),
    fact: (worker, fact) =>
      enqueue("a recording could not be noted", { worker, recording: fact.id }, async () =>
        take(worker, fact, (await store.find(fact.id))?.recording ?? null),
      ),
    deleted: (worker, id) =>
      enqueue("a deleted recording stays in the catalogue", { worker, recording: id }, async () => {
        await store.remove(id);
        log.info("a recording's files are gone", { recording: id, worker });
      }),
    async change(recording, changes, participant) {
      const { id } = recording;
      await store.update(id, changes);
      const after = { ...recording, ...changes };
      log.info("recording changed", { recording: id, ...changes, by: participant });
      if (after.visibility === recording.visibility) return after;
      order(recording.worker, policy(after));
      await ports.changed(recording, after);
      return after;
    },
    async delete(recording, { reason, participant }) {
      const { id, worker, roomId, bytes } = recording;
      if (!(await store.markDeleted(id, new Date(ports.clock.unixMs())))) return false;
      log.info("recording deleted", {
        recording: id,
        roomId,
        worker,
        bytes,
        reason,
        by: participant ?? null,
      });
      order(worker, { type: "delete-recording", id });
      await ports.changed(recording, null);
      return true;
    },
    async remind() {
      for (const { id, worker } of await store.deleting()) order(worker, { type: "delete-recording", id });
    },
    async settled() {
      let seen: Promise<unknown>;
      do {
        seen = tail;
        await seen;
      } while (seen !== tail);
    },
  };
}

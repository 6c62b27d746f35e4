import type { Log } from "@sameroom/base";
import { isOpenToAll, type RestreamOrder } from "@sameroom/contract";
import type { BroadcastStore } from "../features/broadcasts/store.ts";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { createRoomQueue } from "../features/lifecycle/room-queue.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { WorkerState, Workers } from "../link/workers.ts";

/** Tells media how to treat the rooms it carries. */
export interface RoomPolicies {
  /** A room came to media. Later calls for a room wait for earlier ones. */
  send(slug: string): void;
  /** A room's settings changed: also for workers that still have what was on air before. */
  sendEverywhere(slug: string): void;
  /** Where the room's shows are sent on to changed. */
  restream(slug: string): void;
  /** The host wants the broadcast on air recorded, or not any more. */
  record(slug: string, on: boolean): void;
  /** Resolves when everything asked for so far was sent. */
  settled(): Promise<void>;
}

export interface RoomPolicyDeps {
  rooms: Pick<RoomStore, "find">;
  broadcasts: Pick<BroadcastStore, "recordOn">;
  lifecycle: Pick<Lifecycle, "onAir">;
  workers: Pick<Workers, "all">;
  /** Where a room's show is sent on to. */
  restreamOf: (slug: string) => Promise<RestreamOrder[]>;
  log: Log;
}

export function createRoomPolicies(deps: RoomPolicyDeps): RoomPolicies {
  const queue = createRoomQueue((slug, error) =>
    deps.log.error("media could not be told how to treat a room", { room: slug, err: error }),
  );

  /** Where its publisher is, and where it was while the host is away. */
  function carriersOf(slug: string): WorkerState[] {
    const last = deps.lifecycle.onAir(slug)?.life.worker;
    return deps.workers
      .all()
      .filter(
        ({ name, publishers }) =>
          name === last ||
          [...publishers.values()].some(({ room, role }) => room === slug && role === "host"),
      );
  }

  function order(slug: string, on: boolean): void {
    for (const worker of carriersOf(slug)) worker.send?.({ type: "record", room: slug, on });
  }

  async function sendOn(slug: string, workers: readonly WorkerState[]): Promise<void> {
    const targets = await deps.restreamOf(slug);
    for (const worker of workers) worker.send?.({ type: "restream", room: slug, targets });
  }

  async function tell(slug: string, workers: readonly WorkerState[]): Promise<void> {
    const room = (await deps.rooms.find(slug))?.room;
    if (room === undefined) return;
    const broadcast = deps.lifecycle.onAir(slug)?.life.broadcastId ?? null;
    for (const worker of workers)
      worker.send?.({
        ...{ type: "room-policy", room: slug, broadcast },
        open: isOpenToAll(room.visibility),
        recordingMode: room.recordingMode,
        title: room.title,
      });
    // A worker that was started again knows nothing of what the host ordered.
    const on = broadcast === null ? null : await deps.broadcasts.recordOn(broadcast);
    if (on !== null && room.recordingMode !== "off") order(slug, on);
    await sendOn(slug, workers);
  }

  return {
    send: (slug) => void queue.run(slug, () => tell(slug, carriersOf(slug))),
    sendEverywhere: (slug) => void queue.run(slug, () => tell(slug, deps.workers.all())),
    restream: (slug) => void queue.run(slug, () => sendOn(slug, carriersOf(slug))),
    record: (slug, on) => void queue.run(slug, async () => order(slug, on)),
    settled: () => queue.idle(),
  };
}

import type { Log } from "@sameroom/base";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { Recording } from "../db/schema.ts";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { type Catalogue, createCatalogue } from "../features/recordings/catalogue.ts";
import { createRetention, type Retention } from "../features/recordings/retention.ts";
import { roomRecording } from "../features/recordings/room-recording.ts";
import { createRecordingStore, type RecordingStore } from "../features/recordings/store.ts";
import type { RoomPresenterPorts } from "../features/rooms/presenter.ts";
import type { OwnedRoom, RoomStore } from "../features/rooms/store.ts";
import type { Workers } from "../link/workers.ts";
import type { Gateway } from "../realtime/gateway.ts";

/** Recordings and the rooms they are of: the catalogue, who is told of what, and what is deleted when. */
export interface RoomRecordings {
  readonly store: RecordingStore;
  readonly catalogue: Catalogue;
  readonly retention: Retention;
  readonly recordingsOf: RoomPresenterPorts["recordingsOf"];
}

export interface RoomRecordingsDeps {
  rules: Config["recordings"];
  db: Database["orm"];
  time: Time;
  log: Log;
  workers: Pick<Workers, "get">;
  lifecycle: Pick<Lifecycle, "onAir">;
  rooms: Pick<RoomStore, "find">;
  gateway: Pick<Gateway, "toAudience">;
  /** Sends the room's view to everybody in it. */
  announce: (room: OwnedRoom) => Promise<void>;
}

export function createRoomRecordings(deps: RoomRecordingsDeps): RoomRecordings {
  const { time, log } = deps;
  const store = createRecordingStore(deps.db);

  async function tell(before: Recording | null, after: Recording | null): Promise<void> {
    const { roomId = "", broadcastId = null } = after ?? before ?? {};
    const owned = await deps.rooms.find(roomId);
    if (owned === null || broadcastId === null || owned.room.broadcastId !== broadcastId) return;
    const reveals = before !== null && before.visibility !== after?.visibility;
    if (after === null || reveals) return deps.announce(owned);
    const [newest] = await store.newestOf([broadcastId]);
    if (newest?.id !== after.id) return;
    const { inside, outside } = roomRecording(after);
    deps.gateway.toAudience("insiders", owned.room.slug, "room.recording", inside);
    if (outside !== null && before?.state !== after.state)
      deps.gateway.toAudience("outsiders", owned.room.slug, "room.recording", outside);
  }

  const catalogue = createCatalogue({
    ...{ store, clock: time, log },
    order: (worker, message) => deps.workers.get(worker)?.send?.(message),
    broadcastOf: (slug) => deps.lifecycle.onAir(slug)?.life.broadcastId ?? null,
    async changed(before, after) {
      if (after?.state === "ready" || after?.state === "failed") retention.now();
      await tell(before, after);
    },
  });
  const retention = createRetention({ store, catalogue, rules: deps.rules, time, log });

  return {
    store,
    catalogue,
    retention,
    async recordingsOf(broadcastIds) {
      const newest = await store.newestOf(broadcastIds);
      return new Map(
        newest.flatMap((recording) =>
          recording.broadcastId === null ? [] : [[recording.broadcastId, roomRecording(recording)]],
        ),
      );
    },
  };
}

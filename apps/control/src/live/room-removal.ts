import type { Clock, Log } from "@sameroom/base";
import type { Room } from "../db/schema.ts";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import type { Retention } from "../features/recordings/retention.ts";
import type { PictureFiles } from "../features/rooms/picture-files.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { Workers } from "../link/workers.ts";
import { ProblemError } from "../problem-error.ts";
import type { Gateway } from "../realtime/gateway.ts";

export interface RoomRemovalDeps {
  rooms: Pick<RoomStore, "delete">;
  lifecycle: Pick<Lifecycle, "onAir" | "end">;
  retention: Pick<Retention, "now">;
  workers: Pick<Workers, "broadcast">;
  gateway: Pick<Gateway, "empty">;
  covers: Pick<PictureFiles, "remove">;
  clock: Pick<Clock, "unixMs">;
  log: Log;
}

/**
 * Takes a room away for good: nobody finds it, everybody who is in it is sent out, its stream key and its recordings go.
 * The caller has seen that this person may. Throws `room.on_air`.
 */
export type RemoveRoom = (room: Room, participant: string) => Promise<void>;

export function createRoomRemoval(deps: RoomRemovalDeps): RemoveRoom {
  const { lifecycle, log } = deps;
  return async ({ id, slug, coverFile }, participant) => {
    if (lifecycle.onAir(slug) !== null || !(await deps.rooms.delete(id, new Date(deps.clock.unixMs()))))
      throw new ProblemError("room.on_air");
    log.info("room deleted", { room: slug, roomId: id, by: participant });
    deps.retention.now();
    deps.gateway.empty(slug);
    // Viewers who wait for a show, and a host who came in the same moment.
    deps.workers.broadcast({ type: "end-room", room: slug });
    if (lifecycle.onAir(slug) !== null) await lifecycle.end(slug, "host");
    if (coverFile === null) return;
    await deps.covers
      .remove(coverFile)
      .catch((error: unknown) => log.warn("a deleted room's cover stays", { room: slug, err: error }));
  };
}

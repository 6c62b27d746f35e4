import { join } from "node:path";
import type { Log } from "@sameroom/base";
import type { Audit } from "../audit.ts";
import type { Time } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { PictureFiles } from "../features/rooms/picture-files.ts";
import { createPictureFiles } from "../features/rooms/picture-files.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import { createModelScreen } from "../features/screening/model-screen.ts";
import { createScreening, type Screening, type ScreeningPorts } from "../features/screening/screening.ts";
import { createServiceScreen } from "../features/screening/service-screen.ts";
import { createScreeningStore, type ScreeningStore } from "../features/screening/store.ts";

/** Pictures of shows on air, looked at. */
export interface RoomScreening {
  readonly screening: Screening;
  readonly store: ScreeningStore;
  readonly files: PictureFiles;
  readonly settings: { house: Config["screening"]["policy"]; by: Config["screening"]["by"]; everyS: number };
}

export function createRoomScreening(deps: {
  config: Pick<Config, "screening" | "moderation" | "dataDir">;
  db: Database["orm"];
  time: Time;
  log: Log;
  rooms: Pick<RoomStore, "find">;
  broadcastOf: (slug: string) => string | null;
  append: ScreeningPorts["append"];
  audit: Audit;
  veilChanged: ScreeningPorts["veilChanged"];
}): RoomScreening {
  const { time, log } = deps;
  const { policy: house, everyMs, threshold, by } = deps.config.screening;
  const store = createScreeningStore(deps.db);
  const files = createPictureFiles(join(deps.config.dataDir, "frames"));
  const service = by === "service" ? deps.config.moderation : null;
  const screen =
    service === null
      ? createModelScreen({ time, log })
      : createServiceScreen({ ...service, clock: time, log });
  const screening = createScreening({
    ...{ ...deps, store, files, screen, house, everyMs, threshold },
    async showOf(slug) {
      const broadcastId = deps.broadcastOf(slug);
      const owned = broadcastId === null ? null : await deps.rooms.find(slug);
      if (broadcastId === null || owned === null) return null;
      return { roomId: owned.room.id, broadcastId, host: { id: owned.room.ownerId, name: owned.ownerName } };
    },
  });
  return { screening, store, files, settings: { house, by, everyS: everyMs / 1000 } };
}

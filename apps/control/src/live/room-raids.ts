import type { Log } from "@sameroom/base";
import type { Time } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { createRaids, type RaidPorts, type Raids } from "../features/raids/raids.ts";
import { raidCommands } from "../features/raids/socket.ts";
import { createRaidStore, type RaidStore } from "../features/raids/store.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { CommandHandlers } from "../realtime/gateway.ts";

/** Raids between rooms on air. */
export interface RoomRaids extends Omit<Raids, "find" | "start" | "cancel"> {
  readonly store: RaidStore;
  readonly commands: CommandHandlers;
}

export function createRoomRaids(
  deps: RaidPorts & { db: Database["orm"]; rooms: Pick<RoomStore, "find">; time: Time; log: Log },
): RoomRaids {
  const store = createRaidStore(deps.db);
  const raids = createRaids({ ...deps, store });
  const roomOf = async (slug: string) => (await findRoom(deps.rooms, slug)).room;
  return { ...raids, store, commands: raidCommands({ raids, roomOf }) };
}

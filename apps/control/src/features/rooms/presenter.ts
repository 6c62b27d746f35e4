import type { RoomView } from "@sameroom/contract";
import type { Room } from "../../db/schema.ts";
import { presentRoom } from "./present.ts";
import type { OwnedRoom } from "./store.ts";

/** What the newest recording of a broadcast is doing: for insiders, and for everybody else (null: not for them). */
export interface BroadcastRecording {
  inside: NonNullable<RoomView["recording"]>;
  outside: RoomView["recording"];
}

export interface RoomPresenterPorts {
  /** How many watch a room now. */
  viewersOf: (slug: string) => number;
  /** By broadcast; those without a recording are absent. */
  recordingsOf: (broadcastIds: readonly string[]) => Promise<ReadonlyMap<string, BroadcastRecording>>;
  /** Those of these broadcasts whose pictures are not to be shown. */
  veiledAmong: (broadcastIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** Makes room views out of rooms and what goes on in them. `insider`: the owner, hosts, admins. */
export interface RoomPresenter {
  present(owned: OwnedRoom, insider: boolean): Promise<RoomView>;
  /** In the same order. */
  presentAll(owned: readonly OwnedRoom[], isInsider: (room: Room) => boolean): Promise<RoomView[]>;
}

export function createRoomPresenter(ports: RoomPresenterPorts): RoomPresenter {
  async function presentAll(owned: readonly OwnedRoom[], isInsider: (room: Room) => boolean) {
    const broadcasts = owned.flatMap(({ room }) => (room.broadcastId === null ? [] : [room.broadcastId]));
    const recordings = await ports.recordingsOf(broadcasts);
    const veiled = await ports.veiledAmong(broadcasts);
    return owned.map((one) => {
      const { room } = one;
      const recording = room.broadcastId === null ? undefined : recordings.get(room.broadcastId);
      return presentRoom(one, {
        viewers: ports.viewersOf(room.slug),
        veiled: room.broadcastId !== null && veiled.has(room.broadcastId),
        recording: (isInsider(room) ? recording?.inside : recording?.outside) ?? null,
      });
    });
  }
  return {
    presentAll,
    async present(owned, insider) {
      const [view] = await presentAll([owned], () => insider);
      return view!;
    },
  };
}

import type { Principal } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";
import { findRoom } from "./find-room.ts";
import { maySee } from "./policy.ts";
import type { OwnedRoom, RoomStore } from "./store.ts";

/** Rooms, and who helps to run them. */
export interface RoomFinder extends Pick<RoomStore, "find"> {
  isModerator: (roomId: string, accountId: string) => Promise<boolean>;
}

export function finderOf({
  rooms,
  isModerator,
}: { rooms: RoomStore } & Pick<RoomFinder, "isModerator">): RoomFinder {
  return { find: rooms.find, isModerator };
}

/**
 * The room of a path as far as it exists for this caller. Throws `room.not_found`, the same for a private room of
 * somebody else as for none.
 */
export async function findRoomFor(
  rooms: RoomFinder,
  slugOrId: string,
  principal: Principal,
): Promise<OwnedRoom> {
  const found = await findRoom(rooms, slugOrId);
  if (maySee(principal, found.room)) return found;
  if (principal.kind === "account" && (await rooms.isModerator(found.room.id, principal.account.id)))
    return found;
  throw new ProblemError("room.not_found");
}

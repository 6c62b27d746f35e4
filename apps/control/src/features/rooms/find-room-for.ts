import type { Principal } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";
import { findRoom } from "./find-room.ts";
import { maySee } from "./policy.ts";
import type { OwnedRoom, RoomStore } from "./store.ts";

/**
 * The room of a path as far as it exists for this caller. Throws `room.not_found`, the same for a private room of
 * somebody else as for none.
 */
export async function findRoomFor(
  rooms: Pick<RoomStore, "find">,
  slugOrId: string,
  principal: Principal,
): Promise<OwnedRoom> {
  const found = await findRoom(rooms, slugOrId);
  if (!maySee(principal, found.room)) throw new ProblemError("room.not_found");
  return found;
}

import { ProblemError } from "../../problem-error.ts";
import type { OwnedRoom, RoomStore } from "./store.ts";

/** The room of a path, by slug or id. Throws `room.not_found`. */
export async function findRoom(rooms: Pick<RoomStore, "find">, slugOrId: string): Promise<OwnedRoom> {
  const found = await rooms.find(slugOrId.toLowerCase());
  if (found === null) throw new ProblemError("room.not_found");
  return found;
}

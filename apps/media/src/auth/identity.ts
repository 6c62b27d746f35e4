import type { Grants, RoomRole } from "@sameroom/contract";

/** Who is behind a request, proven by a room token or a stream key for one room. */
export interface Identity {
  participant: string;
  name: string;
  room: string;
  role: RoomRole;
  grants: Grants;
}

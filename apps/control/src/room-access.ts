import type { Clock, Random } from "@sameroom/base";
import type { Room } from "./db/schema.ts";
import type { AccountStore } from "./features/accounts/store.ts";
import { createRoom } from "./features/rooms/commands/create-room.ts";
import { findRoomFor } from "./features/rooms/find-room-for.ts";
import { requireOwner, requireOwnerOrAdmin } from "./features/rooms/policy.ts";
import type { RoomStore } from "./features/rooms/store.ts";
import type { StreamKeys } from "./features/stream-keys/keys.ts";
import type { Principal } from "./http/principal.ts";
import { ProblemError } from "./problem-error.ts";

/** Rooms as other features ask for them: found, and checked against who asks. */
export interface RoomAccess {
  /** Throws `room.not_found`, also for a private room of somebody else. */
  room(slugOrId: string, principal: Principal): Promise<Room>;
  /** For the owner only. Throws `room.not_found`, `auth.required`, `auth.forbidden`. */
  ownRoom(slugOrId: string, principal: Principal): Promise<Room>;
  /** For the owner or an admin, and as what they end the room. Throws like {@link ownRoom}. */
  endableRoom(slugOrId: string, principal: Principal): Promise<{ slug: string; by: "host" | "moderator" }>;
  /** The demo's room, an admin's, with a fresh stream key. */
  prepareDemo(deps: DemoDeps): Promise<{ slug: string; streamKey: string }>;
}

interface DemoDeps {
  accounts: AccountStore;
  rooms: RoomStore;
  streamKeys: StreamKeys;
  clock: Clock;
  random: Random;
}

export function createRoomAccess(rooms: RoomStore): RoomAccess {
  return {
    room: async (slugOrId, principal) => (await findRoomFor(rooms, slugOrId, principal)).room,
    async ownRoom(slugOrId, principal) {
      const { room } = await findRoomFor(rooms, slugOrId, principal);
      requireOwner(principal, room);
      return room;
    },
    async endableRoom(slugOrId, principal) {
      const { room } = await findRoomFor(rooms, slugOrId, principal);
      requireOwnerOrAdmin(principal, room);
      const own = principal.kind === "account" && principal.account.id === room.ownerId;
      return { slug: room.slug, by: own ? "host" : "moderator" };
    },
    async prepareDemo(deps) {
      const admin = await deps.accounts.firstAdmin();
      if (admin === null)
        throw new ProblemError("server.unavailable", { detail: "There is no admin account." });
      const title = "Demo broadcast";
      const description = "A moving test picture with a clock and a tone.";
      const demo = {
        ...{ title, description, slug: "demo" },
        ...({ visibility: "public", recordingMode: "manual" } as const),
      };
      const { room } = (await rooms.find("demo")) ?? (await createRoom(demo, admin, deps));
      const { key } = await deps.streamKeys.rotate(room.id);
      return { slug: room.slug, streamKey: key };
    },
  };
}

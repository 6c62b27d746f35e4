import type { Clock, Random } from "@sameroom/base";
import { type Action, type Actor, may, type Standing } from "@sameroom/contract";
import type { Room } from "./db/schema.ts";
import type { AccountStore } from "./features/accounts/store.ts";
import type { Standings } from "./features/people/standings.ts";
import { createRoom } from "./features/rooms/commands/create-room.ts";
import { findRoomFor, type RoomFinder } from "./features/rooms/find-room-for.ts";
import type { RoomStore } from "./features/rooms/store.ts";
import type { StreamKeys } from "./features/stream-keys/keys.ts";
import { type Principal, requireAccount } from "./http/principal.ts";
import { ProblemError } from "./problem-error.ts";

/** Rooms as other features ask for them: found, and checked against who asks. */
export interface RoomAccess {
  /** Throws `room.not_found`, also for a private room of somebody else. */
  room(slugOrId: string, principal: Principal): Promise<Room>;
  /** The same for what only those see who may watch it. Throws `room.subscribers_only`, too. */
  watchable(slugOrId: string, principal: Principal): Promise<Room>;
  /** The room and who asks, when they may do this in it. Throws `room.not_found`, `auth.required`, `auth.forbidden`. */
  enter(slugOrId: string, principal: Principal, action: Action): Promise<{ room: Room; actor: Actor }>;
  /** For who may change it. Throws `room.not_found`, `auth.required`, `auth.forbidden`. */
  ownRoom(slugOrId: string, principal: Principal): Promise<Room>;
  /** For who may end it over REST, and as what they end the room. Throws like {@link ownRoom}. */
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

export function createRoomAccess(finder: RoomFinder, standings: Standings): RoomAccess {
  async function enter(slugOrId: string, principal: Principal, action: Action) {
    const { room } = await findRoomFor(finder, slugOrId, principal);
    const are = await standings.require(principal, room, action);
    return { room, actor: actorOfPrincipal(principal, are) };
  }

  return {
    room: async (slugOrId, principal) => (await findRoomFor(finder, slugOrId, principal)).room,
    async watchable(slugOrId, principal) {
      const { room } = await findRoomFor(finder, slugOrId, principal);
      if (room.visibility === "subscribers") {
        const are = await standings.ofPrincipal(principal, room);
        if (!may(are, "room.watch-subscribers")) throw new ProblemError("room.subscribers_only");
      }
      return room;
    },
    enter,
    ownRoom: async (slugOrId, principal) => (await enter(slugOrId, principal, "room.edit")).room,
    async endableRoom(slugOrId, principal) {
      const { room, actor } = await enter(slugOrId, principal, "room.end");
      return { slug: room.slug, by: actor.standings.includes("owner") ? "host" : "moderator" };
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
      const { room } = (await deps.rooms.find("demo")) ?? (await createRoom(demo, admin, deps));
      const { key } = await deps.streamKeys.rotate(room.id);
      return { slug: room.slug, streamKey: key };
    },
  };
}

/** Who asks over REST, as a room's log has them. Throws `auth.required` for visitors: they act over their socket. */
function actorOfPrincipal(principal: Principal, standings: readonly Standing[]): Actor {
  const { account } = requireAccount({ principal });
  return {
    ...{ participant: `user:${account.id}`, name: account.displayName },
    standings: standings.filter((one) => one !== "viewer"),
  };
}

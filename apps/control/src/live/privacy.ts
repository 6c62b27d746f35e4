import type { Room } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import type { Workers } from "../link/workers.ts";
import type { Gateway } from "../realtime/gateway.ts";
import { strangersAmong } from "./strangers.ts";

/** Keeps strangers out of rooms that are private now: their sockets, and what they have at media. */
export interface Privacy {
  /** How a room is now. Of one that is private, strangers are sent away. */
  apply(room: PrivateRoom): Promise<void>;
  /** Somebody connected at media, maybe with a token from before the room was private. */
  arrived(slug: string, participant: string): Promise<void>;
}

type PrivateRoom = Pick<Room, "slug" | "ownerId" | "visibility">;

export function createPrivacy(deps: {
  accounts: Pick<AccountStore, "adminsAmong">;
  presence: Pick<PresenceService, "participantsOf">;
  workers: Pick<Workers, "broadcast">;
  gateway: Pick<Gateway, "expelStrangers">;
}): Privacy {
  /** Rooms known to be private, as far as they matter to media. */
  const privates = new Map<string, PrivateRoom>();

  async function expel(room: PrivateRoom, participants: readonly string[]): Promise<void> {
    for (const participant of await strangersAmong(participants, room, deps.accounts))
      deps.workers.broadcast({ type: "close-participant", participant, room: room.slug });
  }

  return {
    async apply(room) {
      if (room.visibility !== "private") return void privates.delete(room.slug);
      privates.set(room.slug, room);
      const here = deps.presence.participantsOf(room.slug);
      deps.gateway.expelStrangers(room.slug);
      await expel(room, here);
    },
    async arrived(slug, participant) {
      const room = privates.get(slug);
      if (room !== undefined) await expel(room, [participant]);
    },
  };
}

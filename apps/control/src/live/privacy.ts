import { isOpenToAll } from "@sameroom/contract";
import type { Room } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import type { Workers } from "../link/workers.ts";
import type { Gateway } from "../realtime/gateway.ts";
import { accountIdOf, strangersAmong } from "./strangers.ts";

/** Keeps strangers out of rooms that are not open to all: their sockets, and what they have at media. */
export interface Privacy {
  /** How a room is now. Strangers to one that is not open to all are sent away. */
  apply(room: ClosedRoom): Promise<void>;
  /** Somebody connected at media, maybe with a token from before the room was closed, or may not stay as who they were. */
  arrived(slug: string, participant: string): Promise<void>;
}

type ClosedRoom = Pick<Room, "id" | "slug" | "ownerId" | "visibility">;

export function createPrivacy(deps: {
  accounts: Pick<AccountStore, "adminsAmong">;
  moderatorsAmong: (roomId: string, accountIds: readonly string[]) => Promise<ReadonlySet<string>>;
  presence: Pick<PresenceService, "participantsOf">;
  workers: Pick<Workers, "broadcast">;
  gateway: Pick<Gateway, "disconnect" | "expelStrangers">;
  subscribersAmong: (channelId: string, accountIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Has a seat on the room's stage. */
  isGuest: (slug: string, participant: string) => Promise<boolean>;
}): Privacy {
  /** Rooms known not to be open to all, as far as they matter to media. */
  const closed = new Map<string, ClosedRoom>();

  /** Who may not stay: in a private room strangers, in one for subscribers those strangers that are neither that nor on stage. */
  async function outOf(room: ClosedRoom, participants: readonly string[]): Promise<string[]> {
    const strangers = await strangersAmong(participants, room, deps);
    if (room.visibility === "private") return strangers;
    const ids = strangers.flatMap((participant) => accountIdOf(participant) ?? []);
    const subscribers = await deps.subscribersAmong(room.ownerId, ids);
    const out: string[] = [];
    for (const participant of strangers) {
      const id = accountIdOf(participant);
      if ((id !== null && subscribers.has(id)) || (await deps.isGuest(room.slug, participant))) continue;
      out.push(participant);
    }
    return out;
  }

  async function expel(room: ClosedRoom, participants: readonly string[]): Promise<void> {
    for (const participant of await outOf(room, participants)) {
      if (room.visibility === "subscribers") deps.gateway.disconnect(participant, room.slug);
      deps.workers.broadcast({ type: "close-participant", participant, room: room.slug });
    }
  }

  return {
    async apply(room) {
      if (isOpenToAll(room.visibility)) return void closed.delete(room.slug);
      closed.set(room.slug, room);
      const here = deps.presence.participantsOf(room.slug);
      if (room.visibility === "private") deps.gateway.expelStrangers(room.slug);
      await expel(room, here);
    },
    async arrived(slug, participant) {
      const room = closed.get(slug);
      if (room !== undefined) await expel(room, [participant]);
    },
  };
}

import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { SubscriptionKeeper } from "../features/subscriptions/keeper.ts";
import type { Gateway } from "../realtime/gateway.ts";
import type { TellRoom } from "../room-log.ts";
import type { Subscriptions } from "../subscriptions.ts";
import type { Privacy } from "./privacy.ts";

/** Subscriptions in rooms: told in the log, and in force at once for who is there. */
export interface RoomSubscriptions {
  /** true when the account subscribes to the channel of the room. */
  subscribes(account: string, slug: string): Promise<boolean>;
  readonly keeper: SubscriptionKeeper;
}

/** Most rooms of one channel that are told of a change. */
const MAX_ROOMS = 100;

export function createRoomSubscriptions(deps: {
  subscriptions: Subscriptions;
  rooms: RoomStore;
  append: TellRoom;
  gateway: () => Pick<Gateway, "changeStanding">;
  privacy: () => Pick<Privacy, "arrived">;
}): RoomSubscriptions {
  const { subscriptions, rooms } = deps;

  /** Everywhere in the channel they are a subscriber now, or none any more; who may not stay is sent away. */
  async function changed(channelId: string, accountId: string): Promise<void> {
    const participant = `user:${accountId}`;
    const has = (await subscriptions.running(accountId, channelId)) !== null;
    const page = await rooms.list({ onAirOnly: false, ownerId: channelId, limit: MAX_ROOMS });
    for (const { room } of page.rooms) {
      deps.gateway().changeStanding(room.slug, participant, "subscriber", has);
      if (!has) await deps.privacy().arrived(room.slug, participant);
    }
  }

  return {
    async subscribes(account, slug) {
      const { room } = await findRoom(rooms, slug);
      return (await subscriptions.running(account, room.ownerId)) !== null;
    },
    keeper: subscriptions.keep({ append: deps.append, changed }),
  };
}

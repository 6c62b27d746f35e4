import type { Log } from "@sameroom/base";
import type { Time } from "../clock.ts";
import { giftCommands } from "../features/gifts/socket.ts";
import { createGiftTeller } from "../features/gifts/teller.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { Money } from "../money.ts";
import type { CommandHandlers } from "../realtime/gateway.ts";
import type { AppendEvent } from "../room-log.ts";

/** Gifts in rooms: paid from the wallet, told in the log. */
export interface RoomGifts {
  readonly commands: CommandHandlers;
  /** Tells what was paid before a crash and not told. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

export function createRoomGifts(deps: {
  money: Money;
  rooms: RoomStore;
  append: AppendEvent;
  /** The show on air; null: none. */
  broadcastOf: (slug: string) => string | null;
  time: Time;
  log: Log;
}): RoomGifts {
  const { money, rooms, append, time, log } = deps;
  const teller = createGiftTeller({ store: money.gifts.store, append, time, log });
  return {
    commands: giftCommands({
      ...{ ...money.gifts, teller, balances: money.balances, broadcastOf: deps.broadcastOf },
      roomOf: async (slug) => (await findRoom(rooms, slug)).room,
    }),
    restore: teller.start,
    close: teller.close,
  };
}

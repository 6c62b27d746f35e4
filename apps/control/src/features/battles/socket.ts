import type { Actor } from "@sameroom/contract";
import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { RoomSocket } from "../../realtime/room-socket.ts";
import type { BattleService } from "./battles.ts";

/** What hosts ask of battles over their room's socket. `silence`: the opponent on the room's stage; throws `stage.not_here`. */
export function battleCommands(
  battles: BattleService,
  silence: (slug: string, silenced: boolean, by: Actor) => Promise<void>,
): CommandHandlers {
  return {
    "battle.find": async ({ query }, socket) => ({ rooms: await battles.find(roomOf(socket), query) }),
    "battle.challenge": async (wish, socket) => ({ battle: await battles.challenge(roomOf(socket), wish) }),
    async "battle.answer"(answer, socket) {
      await battles.answer(roomOf(socket), answer);
      return null;
    },
    async "battle.queue"(wish, socket) {
      await battles.queue(roomOf(socket), wish);
      return null;
    },
    async "battle.leave"(_nothing, socket) {
      await battles.leave(roomOf(socket));
      return null;
    },
    async "battle.again"({ again }, socket) {
      await battles.again(roomOf(socket), again);
      return null;
    },
    async "battle.mute"({ silenced }, socket) {
      await silence(roomOf(socket), silenced, actorOf(socket.data));
      return null;
    },
    async "battle.open"({ open }, socket) {
      await battles.setOpen(roomOf(socket), open);
      return null;
    },
  };
}

function roomOf({ data }: RoomSocket): string {
  return data.claims.room;
}

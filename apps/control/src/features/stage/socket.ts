import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { RoomSocket } from "../../realtime/room-socket.ts";
import type { StageService } from "./stage.ts";

/** What people ask of a room's stage over their socket. */
export function stageCommands(stage: StageService): CommandHandlers {
  return {
    async "stage.ask"({ up, note }, socket) {
      await stage.ask(roomOf(socket), actorOf(socket.data), { up, note });
      return null;
    },
    async "stage.invite"({ participant, off }, socket) {
      await stage.invite(roomOf(socket), participant, { off, by: actorOf(socket.data) });
      return null;
    },
    async "stage.answer"({ accept }, socket) {
      await stage.answer(roomOf(socket), actorOf(socket.data), accept);
      return null;
    },
    async "stage.leave"(_nothing, socket) {
      await stage.leave(roomOf(socket), actorOf(socket.data));
      return null;
    },
    async "stage.remove"({ participant }, socket) {
      await stage.remove(roomOf(socket), participant, actorOf(socket.data));
      return null;
    },
    async "stage.mute"({ participant, silenced }, socket) {
      await stage.change(roomOf(socket), participant, { silenced }, actorOf(socket.data));
      return null;
    },
    async "stage.devices"(devices, socket) {
      await stage.change(roomOf(socket), actorOf(socket.data).participant, devices, actorOf(socket.data));
      return null;
    },
    async "stage.layout"(how, socket) {
      await stage.arrange(roomOf(socket), how, actorOf(socket.data));
      return null;
    },
    async "stage.hand-over"({ participant }, socket) {
      await stage.handOver(roomOf(socket), participant, actorOf(socket.data));
      return null;
    },
  };
}

function roomOf({ data }: RoomSocket): string {
  return data.claims.room;
}

import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { Discipline, RoomOfPeople } from "./discipline.ts";
import type { Moderators } from "./moderators.ts";

/** What staff do to people over their socket. */
export function peopleCommands(deps: {
  discipline: Discipline;
  moderators: Moderators;
  roomOf: (slug: string) => Promise<RoomOfPeople>;
}): CommandHandlers {
  const { discipline, moderators, roomOf } = deps;
  return {
    async "people.mute"(request, { data }) {
      await discipline.impose("mute", await roomOf(data.claims.room), actorOf(data), request);
      return null;
    },
    async "people.unmute"({ participant }, { data }) {
      await discipline.liftOf("mute", await roomOf(data.claims.room), actorOf(data), participant);
      return null;
    },
    async "people.ban"(request, { data }) {
      await discipline.impose("ban", await roomOf(data.claims.room), actorOf(data), request);
      return null;
    },
    async "people.unban"({ participant }, { data }) {
      await discipline.liftOf("ban", await roomOf(data.claims.room), actorOf(data), participant);
      return null;
    },
    async "people.appoint"({ participant, off }, { data }) {
      const room = await roomOf(data.claims.room);
      if (off) await moderators.dismiss(room, actorOf(data), { participant });
      else await moderators.appoint(room, actorOf(data), { participant });
      return null;
    },
  };
}

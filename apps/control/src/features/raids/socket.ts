import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { Raids } from "./raids.ts";

/** What hosts do about raids over their socket. */
export function raidCommands(deps: {
  raids: Pick<Raids, "find" | "start" | "cancel">;
  roomOf: (slug: string) => Promise<Parameters<Raids["start"]>[0]>;
}): CommandHandlers {
  return {
    "raid.find": async ({ query }, { data }) => ({
      rooms: await deps.raids.find(await deps.roomOf(data.claims.room), query),
    }),
    async "raid.start"({ room: to }, { data }) {
      await deps.raids.start(await deps.roomOf(data.claims.room), actorOf(data), to);
      return null;
    },
    async "raid.cancel"(_nothing, { data }) {
      await deps.raids.cancel(data.claims.room, actorOf(data));
      return null;
    },
  };
}

import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { ReactionGatherer } from "./gatherer.ts";

/** Hearts and applause. Who sent them is not kept. */
export function reactionCommands(gatherer: ReactionGatherer): CommandHandlers {
  return {
    async "reaction.send"({ emoji, count }, { data: { claims } }) {
      gatherer.add(claims.room, emoji, count);
      return null;
    },
  };
}

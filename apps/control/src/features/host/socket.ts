import type { Actor, HostNotice } from "@sameroom/contract";
import { actorOf } from "../../realtime/actor-of.ts";
import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { HostStatuses } from "./status.ts";

export interface HostCommandDeps {
  statuses: HostStatuses;
  /** Tells everybody in the room. */
  tell: (slug: string, notice: HostNotice, by: Actor) => void;
  /** Sets the room's title and tells everybody, when it is a new one. */
  changeTitle: (slug: string, title: string) => Promise<void>;
  /** Ends the broadcast for everybody. Throws `room.not_live`. */
  end: (slug: string) => Promise<void>;
}

/** What hosts say over their socket: notices to viewers, and the end. */
export function hostCommands(deps: HostCommandDeps): CommandHandlers {
  return {
    async "host.notice"(notice, { data }) {
      const { claims } = data;
      if (notice.kind === "title") await deps.changeTitle(claims.room, notice.title);
      else {
        deps.statuses.apply(claims.room, notice);
        deps.tell(claims.room, notice, actorOf(data));
      }
      return null;
    },
    async "room.end"(_nothing, { data: { claims } }) {
      await deps.end(claims.room);
      return null;
    },
  };
}

import { clientToServerSchemas, type HostNotice } from "@sameroom/contract";
import { ProblemError } from "../../problem-error.ts";
import { type Answer, isHost, type RoomSocket } from "../../realtime/gateway.ts";
import type { HostStatuses } from "./status.ts";

export interface HostSocketDeps {
  statuses: HostStatuses;
  /** Tells everybody in the room. */
  tell: (slug: string, notice: HostNotice) => void;
  /** Sets the room's title and tells everybody, when it is a new one. */
  changeTitle: (slug: string, title: string) => Promise<void>;
  /** Ends the broadcast for everybody. Throws `room.not_live`. */
  end: (slug: string) => Promise<void>;
}

/** What hosts say over their socket: notices to viewers, and the end. */
export function listenToHost(socket: RoomSocket, answer: Answer, deps: HostSocketDeps): void {
  const { claims } = socket.data;
  const requireHost = () => {
    if (!isHost(claims)) throw new ProblemError("token.no_grant");
  };

  socket.on("host.notice", (notice: unknown, ack: unknown) =>
    answer(socket, ack, async () => {
      requireHost();
      const parsed = clientToServerSchemas["host.notice"].safeParse(notice);
      if (!parsed.success)
        throw new ProblemError("request.invalid", {
          faults: parsed.error.issues.map(({ path, message }) => ({ path: path.join("/"), message })),
        });
      if (parsed.data.kind === "title") return deps.changeTitle(claims.room, parsed.data.title);
      deps.statuses.apply(claims.room, parsed.data);
      deps.tell(claims.room, parsed.data);
    }),
  );
  socket.on("room.end", (ack: unknown) =>
    answer(socket, ack, async () => {
      requireHost();
      await deps.end(claims.room);
    }),
  );
}

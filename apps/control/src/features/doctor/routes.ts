import { type FindingCode, idSchema, keptFindingsSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { byGravity } from "./rules.ts";
import type { FindingStore } from "./store.ts";

export interface DoctorDeps {
  store: Pick<FindingStore, "of" | "broadcast">;
  /** The room of a path, for its owner only. Throws `room.not_found`, `auth.forbidden`. */
  ownRoomOf: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** What the stream doctor found in a show, for who made it. */
export function doctorRoutes(http: Http, deps: DoctorDeps): void {
  http.get(
    "/api/rooms/:room/broadcasts/:broadcast/findings",
    {
      onRequest: onlyAccounts,
      schema: {
        tags: ["rooms"],
        summary: "What the stream doctor found in a broadcast, worst first",
        params: z.object({ room: z.string().min(1).max(64), broadcast: idSchema }),
        response: { 200: keptFindingsSchema, ...failures },
      },
    },
    async (request) => {
      const room = await deps.ownRoomOf(request.params.room, request.principal);
      const broadcast = await deps.store.broadcast(room.id, request.params.broadcast);
      if (broadcast === null) throw new ProblemError("broadcast.not_found");
      const findings = (await deps.store.of(request.params.broadcast)).sort(byGravity);
      return {
        findings: findings.map(({ code, severity, repaired, values, firstAt, lastAt, times }) => ({
          ...{ code: code as FindingCode, severity, repaired, values, times },
          firstAt: firstAt.toISOString(),
          // Control may have been killed before it could say that it is over.
          lastAt: (lastAt ?? broadcast.endedAt)?.toISOString() ?? null,
        })),
      };
    },
  );
}

import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";

export interface RecordDeps {
  /** The room of a path, for its owner only. Throws `room.not_found`, `auth.forbidden`. */
  ownRoomOf: (slugOrId: string, principal: Principal) => Promise<Room>;
  /** Has the broadcast on air recorded, or not any more. Throws `room.not_live`. */
  record: (slug: string, on: boolean) => Promise<void>;
}

/** Starting and ending the recording of what is on air. */
export function recordRoutes(http: Http, deps: RecordDeps): void {
  const tags = ["recordings"];
  const params = z.object({ room: z.string().min(1).max(64) });
  for (const [method, summary] of [
    ["POST", "Record the broadcast on air (owner); it begins within moments"],
    ["DELETE", "End the recording of the broadcast on air (owner)"],
  ] as const)
    http.route({
      method,
      url: "/api/rooms/:room/recording",
      onRequest: onlyAccounts,
      schema: { tags, summary, params, response: { 202: noContent, ...failures } },
      handler: async (request, reply) => {
        const room = await deps.ownRoomOf(request.params.room, request.principal);
        const on = method === "POST";
        if (on && room.recordingMode === "off") throw new ProblemError("recording.off");
        await deps.record(room.slug, on);
        return reply.code(202).send();
      },
    });
}

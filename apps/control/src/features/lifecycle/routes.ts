import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { Lifecycle } from "./lifecycle.ts";

export interface LifecycleRouteDeps {
  lifecycle: Pick<Lifecycle, "end">;
  /** The slug of a path's room and as what the caller may end it. Throws `room.not_found`, `auth.forbidden`. */
  endableRoom: (
    slugOrId: string,
    principal: Principal,
  ) => Promise<{ slug: string; by: "host" | "moderator" }>;
}

/** Ending a broadcast over REST. */
export function lifecycleRoutes(http: Http, deps: LifecycleRouteDeps): void {
  http.post(
    "/api/rooms/:room/end",
    {
      onRequest: onlyAccounts,
      schema: {
        tags: ["rooms"],
        summary: "End the broadcast for everybody (owner or admin)",
        params: z.object({ room: z.string().min(1).max(64) }),
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { slug, by } = await deps.endableRoom(request.params.room, request.principal);
      await deps.lifecycle.end(slug, by);
      return reply.code(204).send();
    },
  );
}

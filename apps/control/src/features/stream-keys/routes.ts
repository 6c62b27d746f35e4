import { streamKeySchema, streamKeyStateSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { StreamKeys } from "./keys.ts";
import type { StreamKeyStore } from "./store.ts";

export interface StreamKeyDeps {
  streamKeys: StreamKeys;
  store: StreamKeyStore;
  /** The room of a path, for its owner only. Throws `room.not_found`, `auth.forbidden`. */
  ownRoomOf: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** The key an encoder publishes with: does one exist, make a new one. */
export function streamKeyRoutes(http: Http, deps: StreamKeyDeps): void {
  const tags = ["stream keys"];
  const params = z.object({ room: z.string().min(1).max(64) });
  const onRequest = onlyAccounts;

  http.get(
    "/api/rooms/:room/stream-key",
    {
      onRequest,
      schema: {
        tags,
        summary: "Is there a stream key",
        params,
        response: { 200: streamKeyStateSchema, ...failures },
      },
    },
    async (request) => {
      const room = await deps.ownRoomOf(request.params.room, request.principal);
      const key = await deps.store.of(room.id);
      return {
        exists: key !== null,
        prefix: key?.prefix ?? null,
        createdAt: key?.createdAt.toISOString() ?? null,
      };
    },
  );

  http.post(
    "/api/rooms/:room/stream-key",
    {
      onRequest,
      schema: {
        tags,
        summary: "Make a new stream key; shown this once, the old one stops working",
        params,
        response: { 201: streamKeySchema, ...failures },
      },
    },
    async (request, reply) => {
      const room = await deps.ownRoomOf(request.params.room, request.principal);
      const { key, createdAt } = await deps.streamKeys.rotate(room.id);
      return reply.code(201).send({ key, createdAt: createdAt.toISOString() });
    },
  );
}

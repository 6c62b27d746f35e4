import { type EventType, eventBodySchema, eventPageSchema, eventQuerySchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import type { Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { EventStore } from "./store.ts";

export interface EventRouteDeps {
  store: Pick<EventStore, "read" | "head">;
  /** Throws `room.not_found`, also for a private room of somebody else. */
  roomFor: (slugOrId: string, principal: Principal) => Promise<Room>;
}

const TYPES = new Set<string>(eventBodySchema.options.map(({ shape }) => shape.type.value));

/** The room's log for whoever may see the room: chat history, replay. */
export function eventRoutes(http: Http, deps: EventRouteDeps): void {
  http.get(
    "/api/rooms/:room/events",
    {
      schema: {
        tags: ["rooms"],
        summary: "What happened in a room: the newest, those after or before one, those of a broadcast",
        params: z.object({ room: z.string().min(1).max(64) }),
        querystring: eventQuerySchema,
        response: { 200: eventPageSchema, ...failures },
      },
    },
    async (request) => {
      const { after, before, types, broadcast, limit } = request.query;
      const room = await deps.roomFor(request.params.room, request.principal);
      const { account } = { account: null, ...request.principal };
      const staff = account !== null && (account.id === room.ownerId || account.role === "admin");
      const page = await deps.store.read(room.id, {
        ...{ staff, limit },
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before }),
        ...(types === undefined ? {} : { types: parseTypes(types) }),
        ...(broadcast === undefined ? {} : { broadcast }),
      });
      return { ...page, last: (await deps.store.head(room.id)).last };
    },
  );
}

function parseTypes(text: string): EventType[] {
  const types = text.split(",");
  const unknown = types.find((type) => !TYPES.has(type));
  if (unknown === undefined) return types as EventType[];
  throw new ProblemError("request.invalid", {
    faults: [{ path: "querystring/types", message: `${JSON.stringify(unknown)} is no type of event` }],
  });
}

import {
  type BroadcastView,
  newRoomSchema,
  type RoomView,
  roomChangesSchema,
  roomDetailSchema,
  roomListSchema,
  roomQuerySchema,
  roomViewSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { type CreateRoomDeps, createRoom } from "./commands/create-room.ts";
import { parseCursor, serializeCursor } from "./cursor.ts";
import { findRoom } from "./find-room.ts";
import { canPublish, requireOwner } from "./policy.ts";
import { presentRoom } from "./present.ts";
import type { OwnedRoom } from "./store.ts";

export interface RoomDeps extends CreateRoomDeps {
  /** How many watch a room now. */
  viewersOf: (slug: string) => number;
  broadcastsOf: (roomId: string) => Promise<BroadcastView[]>;
  /** Tells everybody in the room that its title or description changed. */
  announceUpdate: (room: RoomView, change: { titleChanged: boolean }) => void;
}

export const roomParams = z.object({ room: z.string().min(1).max(64) });

/** Rooms: make, list, look at, change. */
export function roomRoutes(http: Http, deps: RoomDeps): void {
  const tags = ["rooms"];
  const present = (owned: OwnedRoom) => presentRoom(owned, deps.viewersOf(owned.room.slug));

  http.post(
    "/api/rooms",
    {
      onRequest: onlyAccounts,
      schema: {
        tags,
        summary: "Make a room",
        body: newRoomSchema,
        response: { 201: roomViewSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { account } = requireAccount(request);
      return reply.code(201).send(present(await createRoom(request.body, account, deps)));
    },
  );

  http.get(
    "/api/rooms",
    {
      schema: {
        tags,
        summary: "List rooms, live ones first, most viewers first",
        querystring: roomQuerySchema,
        response: { 200: roomListSchema, ...failures },
      },
    },
    async (request) => {
      const { state, mine, limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      if (after === null)
        throw new ProblemError("request.invalid", {
          faults: [{ path: "querystring/cursor", message: "not a cursor of this list" }],
        });
      const page = await deps.rooms.list({
        onAirOnly: state === "live",
        limit,
        ...(mine ? { ownerId: requireAccount(request).account.id } : {}),
        ...(after === undefined ? {} : { after }),
      });
      return {
        rooms: page.rooms.map(present),
        nextCursor: page.next === null ? null : serializeCursor(page.next),
      };
    },
  );

  http.get(
    "/api/rooms/:room",
    {
      schema: {
        tags,
        summary: "One room",
        params: roomParams,
        response: { 200: roomDetailSchema, ...failures },
      },
    },
    async (request) => {
      const owned = await findRoom(deps.rooms, request.params.room);
      return {
        ...present(owned),
        canPublish: canPublish(request.principal, owned.room),
        broadcasts: await deps.broadcastsOf(owned.room.id),
      };
    },
  );

  http.patch(
    "/api/rooms/:room",
    {
      onRequest: onlyAccounts,
      schema: {
        tags,
        summary: "Change title or description",
        params: roomParams,
        body: roomChangesSchema,
        response: { 200: roomViewSchema, ...failures },
      },
    },
    async (request) => {
      const before = await findRoom(deps.rooms, request.params.room);
      requireOwner(request.principal, before.room);
      const { title, description } = request.body;
      await deps.rooms.update(before.room.id, {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
      });
      const after = present(await findRoom(deps.rooms, before.room.id));
      deps.announceUpdate(after, { titleChanged: after.title !== before.room.title });
      return after;
    },
  );
}

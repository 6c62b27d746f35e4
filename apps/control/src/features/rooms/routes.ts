import {
  type BroadcastView,
  newRoomSchema,
  roomChangesSchema,
  roomDetailSchema,
  roomListSchema,
  roomQuerySchema,
  roomViewSchema,
} from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { type CreateRoomDeps, createRoom } from "./commands/create-room.ts";
import { parseCursor, serializeCursor } from "./cursor.ts";
import { findRoom } from "./find-room.ts";
import { finderOf, findRoomFor, type RoomFinder } from "./find-room-for.ts";
import { canPublish, isInsider, requireOwner } from "./policy.ts";
import type { RoomPresenter } from "./presenter.ts";
import type { OwnedRoom } from "./store.ts";

export interface RoomDeps extends CreateRoomDeps {
  presenter: RoomPresenter;
  isModerator: RoomFinder["isModerator"];
  broadcastsOf: (roomId: string) => Promise<BroadcastView[]>;
  /** The room's settings are others now: everybody it concerns is told. */
  changed: (before: Room, after: OwnedRoom) => Promise<void>;
  /** Takes a room away with all that is its own. Throws `room.on_air`. */
  remove: (room: Room, participant: string) => Promise<void>;
}

export const roomParams = z.object({ room: z.string().min(1).max(64) });

/** Rooms: make, list, look at, change. */
export function roomRoutes(http: Http, deps: RoomDeps): void {
  const tags = ["rooms"];
  const { presenter } = deps;
  const finder = finderOf(deps);

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
      const made = await createRoom(request.body, account, deps);
      return reply.code(201).send(await presenter.present(made, true));
    },
  );

  http.get(
    "/api/rooms",
    {
      schema: {
        tags,
        summary:
          "List rooms, live ones first, most viewers first: the public ones, with followed=1 only those of people one follows, or with mine=1 all of one's own",
        querystring: roomQuerySchema,
        response: { 200: roomListSchema, ...failures },
      },
    },
    async (request) => {
      const { state, mine, followed, limit, cursor } = request.query;
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      if (after === null)
        throw new ProblemError("request.invalid", {
          faults: [{ path: "querystring/cursor", message: "not a cursor of this list" }],
        });
      const page = await deps.rooms.list({
        onAirOnly: state === "live",
        limit,
        ...(mine ? { ownerId: requireAccount(request).account.id } : {}),
        ...(followed ? { followerId: requireAccount(request).account.id } : {}),
        ...(after === undefined ? {} : { after }),
      });
      return {
        rooms: await presenter.presentAll(page.rooms, (room) => isInsider(request.principal, room)),
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
      const owned = await findRoomFor(finder, request.params.room, request.principal);
      return {
        ...(await presenter.present(owned, isInsider(request.principal, owned.room))),
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
        summary: "Change title, description, who may watch, whether it is recorded",
        params: roomParams,
        body: roomChangesSchema,
        response: { 200: roomViewSchema, ...failures },
      },
    },
    async (request) => {
      const before = await findRoomFor(finder, request.params.room, request.principal);
      requireOwner(request.principal, before.room);
      const { title, description, visibility, recordingMode } = request.body;
      await deps.rooms.update(before.room.id, {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(visibility === undefined ? {} : { visibility }),
        ...(recordingMode === undefined ? {} : { recordingMode }),
      });
      const after = await findRoom(deps.rooms, before.room.id);
      await deps.changed(before.room, after);
      return presenter.present(after, true);
    },
  );

  http.delete(
    "/api/rooms/:room",
    {
      onRequest: onlyAccounts,
      schema: {
        tags,
        summary:
          "Delete the room, its recordings and its stream key; not while it is on air. Nobody else ever gets its address",
        params: roomParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { room } = await findRoomFor(finder, request.params.room, request.principal);
      requireOwner(request.principal, room);
      await deps.remove(room, `user:${room.ownerId}`);
      return reply.code(204).send();
    },
  );
}

import {
  idSchema,
  newRestreamTargetSchema,
  type RestreamStatus,
  type RestreamTarget,
  restreamTargetChangesSchema,
  restreamTargetListSchema,
  restreamTargetSchema,
} from "@sameroom/contract";
import { z } from "zod";
import type { RestreamTargetRow, Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { RestreamStore } from "./store.ts";
import type { RestreamTargets } from "./targets.ts";

export interface RestreamRoutesDeps {
  store: Pick<RestreamStore, "of">;
  targets: RestreamTargets;
  statusOf: (slug: string, target: string) => RestreamStatus;
  /** The room of a path, for its owner only. Throws `room.not_found`, `auth.forbidden`. */
  ownRoomOf: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** Where a room's shows are sent on to; for its owner. */
export function restreamRoutes(http: Http, deps: RestreamRoutesDeps): void {
  const { store, targets, ownRoomOf } = deps;
  const tags = ["restream"];
  const onRequest = onlyAccounts;
  const inRoom = z.object({ room: z.string().min(1).max(64) });
  const ofTarget = inRoom.extend({ target: idSchema });

  function present(room: Room, row: RestreamTargetRow): RestreamTarget {
    const { id, name, url, enabled, createdAt } = row;
    const { key, passphrase } = targets.credentialsOf(row);
    return {
      ...{ id, name, url, enabled, hasKey: key !== null, hasPassphrase: passphrase !== null },
      createdAt: createdAt.toISOString(),
      status: deps.statusOf(room.slug, id),
    };
  }

  http.get(
    "/api/rooms/:room/restream-targets",
    {
      onRequest,
      schema: {
        ...{
          tags,
          summary: "Where the room's shows are sent on to, and how that goes (owner)",
          params: inRoom,
        },
        response: { 200: restreamTargetListSchema, ...failures },
      },
    },
    async (request) => {
      const room = await ownRoomOf(request.params.room, request.principal);
      return { targets: (await store.of(room.id)).map((row) => present(room, row)) };
    },
  );

  http.post(
    "/api/rooms/:room/restream-targets",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Add a target (owner); a show on air is sent to it at once", params: inRoom },
        body: newRestreamTargetSchema,
        response: { 201: restreamTargetSchema, ...failures },
      },
    },
    async (request, reply) => {
      const room = await ownRoomOf(request.params.room, request.principal);
      const row = await targets.add(room, request.body);
      return reply.code(201).send(present(room, row));
    },
  );

  http.patch(
    "/api/rooms/:room/restream-targets/:target",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Change a target or switch it on and off (owner)", params: ofTarget },
        body: restreamTargetChangesSchema,
        response: { 200: restreamTargetSchema, ...failures },
      },
    },
    async (request) => {
      const room = await ownRoomOf(request.params.room, request.principal);
      return present(room, await targets.change(room, request.params.target, request.body));
    },
  );

  http.delete(
    "/api/rooms/:room/restream-targets/:target",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Remove a target (owner)", params: ofTarget },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const room = await ownRoomOf(request.params.room, request.principal);
      await targets.remove(room, request.params.target);
      return reply.code(204).send();
    },
  );
}

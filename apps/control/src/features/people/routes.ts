import {
  type Action,
  type Actor,
  appointmentSchema,
  idSchema,
  moderatorListSchema,
  moderatorViewSchema,
  sanctionListSchema,
  sanctionQuerySchema,
  sanctionRequestSchema,
  sanctionViewSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { Discipline, RoomOfPeople } from "./discipline.ts";
import type { Moderators } from "./moderators.ts";
import { presentModerator, presentSanction } from "./present.ts";
import type { SanctionStore } from "./sanction-store.ts";

export interface PeopleRoutesDeps {
  discipline: Discipline;
  moderators: Moderators;
  sanctions: Pick<SanctionStore, "list" | "find">;
  clock: { unixMs: () => number };
  /** The room of a path and who asks, when they may. Throws `room.not_found`, `auth.required`, `auth.forbidden`. */
  enter: (
    slugOrId: string,
    principal: Principal,
    action: Action,
  ) => Promise<{ room: RoomOfPeople; actor: Actor }>;
}

const params = z.object({ room: z.string().min(1).max(64) });

/** A room's moderators, mutes and bans. */
export function peopleRoutes(http: Http, deps: PeopleRoutesDeps): void {
  const tags = ["moderation"];
  const onRequest = onlyAccounts;
  const { enter } = deps;

  http.get(
    "/api/rooms/:room/moderators",
    {
      onRequest,
      schema: {
        tags,
        summary: "A room's moderators",
        params,
        response: { 200: moderatorListSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      return { moderators: (await deps.moderators.list(room.id)).map(presentModerator) };
    },
  );

  http.post(
    "/api/rooms/:room/moderators",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Appoint a moderator, by user name", params },
        body: appointmentSchema,
        response: { 201: moderatorViewSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { room, actor } = await enter(request.params.room, request.principal, "people.appoint");
      const account = await deps.moderators.appoint(room, actor, request.body);
      const found = (await deps.moderators.list(room.id)).find((one) => one.account.id === account.id);
      const since = found?.since ?? new Date(deps.clock.unixMs());
      return reply.code(201).send(presentModerator({ account, since }));
    },
  );

  http.delete(
    "/api/rooms/:room/moderators/:account",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Dismiss a moderator", params: params.extend({ account: idSchema }) },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { room, actor } = await enter(request.params.room, request.principal, "people.appoint");
      await deps.moderators.dismiss(room, actor, { account: request.params.account });
      return reply.code(204).send();
    },
  );

  for (const kind of ["mute", "ban"] as const)
    http.post(
      `/api/rooms/:room/${kind}s`,
      {
        onRequest,
        schema: {
          tags,
          summary:
            kind === "mute" ? "Mute somebody, for a while or until it is lifted" : "Ban somebody from a room",
          params,
          body: sanctionRequestSchema,
          response: { 201: sanctionViewSchema, ...failures },
        },
      },
      async (request, reply) => {
        const { room, actor } = await enter(request.params.room, request.principal, `people.${kind}`);
        const sanction = await deps.discipline.impose(kind, room, actor, request.body);
        return reply.code(201).send(presentSanction(sanction));
      },
    );

  http.get(
    "/api/rooms/:room/sanctions",
    {
      onRequest,
      schema: {
        ...{
          tags,
          summary: "Who is muted or banned, newest first",
          params,
          querystring: sanctionQuerySchema,
        },
        response: { 200: sanctionListSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      const { kind, cursor: before, limit } = request.query;
      const at = new Date(deps.clock.unixMs());
      const found = await deps.sanctions.list({ roomId: room.id, at, kind, before, limit: limit + 1 });
      const page = found.slice(0, limit);
      const nextCursor = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { sanctions: page.map(presentSanction), nextCursor };
    },
  );

  http.delete(
    "/api/rooms/:room/sanctions/:sanction",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Lift a mute or a ban", params: params.extend({ sanction: idSchema }) },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { room, actor } = await enter(request.params.room, request.principal, "people.mute");
      await deps.discipline.lift(room, actor, request.params.sanction);
      return reply.code(204).send();
    },
  );
}

import {
  idSchema,
  type RecordingView,
  recordingChangesSchema,
  recordingListSchema,
  recordingQuerySchema,
  recordingViewSchema,
} from "@sameroom/contract";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { Catalogue } from "./catalogue.ts";
import { requireCursor } from "./cursor.ts";
import { mayListAll, requireChangeable, requireDeletable, requireVisible } from "./policy.ts";
import type { RecordingPresenter } from "./presenter.ts";
import type { RecordingStore } from "./store.ts";

export interface RecordingDeps {
  store: RecordingStore;
  catalogue: Pick<Catalogue, "change" | "delete">;
  presenter: RecordingPresenter;
  /** The room of a query, as far as it exists for the caller. Throws `room.not_found`. */
  roomFor: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** Recordings: list, look at, change, delete. */
export function recordingRoutes(http: Http, deps: RecordingDeps): void {
  const { store, presenter } = deps;
  const tags = ["recordings"];
  const params = z.object({ recording: idSchema });
  const visible = async (request: FastifyRequest<{ Params: { recording: string } }>) =>
    requireVisible(await store.find(request.params.recording), request.principal);

  http.get(
    "/api/recordings",
    {
      schema: {
        tags,
        summary: "List recordings, newest first: the public ones, or with mine=1 all of one's own",
        querystring: recordingQuerySchema,
        response: { 200: recordingListSchema, ...failures },
      },
    },
    async (request) => {
      const { principal } = request;
      const { room: slug, mine, limit, cursor } = request.query;
      const after = requireCursor(cursor);
      const ownerId = mine ? requireAccount(request).account.id : undefined;
      const room = slug === undefined ? undefined : await deps.roomFor(slug, principal);
      const page = await store.list({
        limit,
        publicOnly: !mine && (room === undefined || !mayListAll(principal, room)),
        ...(room === undefined ? {} : { roomId: room.id }),
        ...(ownerId === undefined ? {} : { ownerId }),
        ...(after === undefined ? {} : { after }),
      });
      return presenter.page(page, request);
    },
  );

  http.get(
    "/api/recordings/:recording",
    {
      schema: {
        tags,
        summary: "One recording, with the addresses that play it",
        params,
        response: { 200: recordingViewSchema, ...failures },
      },
    },
    async (request): Promise<RecordingView> => presenter.present(await visible(request), request),
  );

  http.patch(
    "/api/recordings/:recording",
    {
      onRequest: onlyAccounts,
      schema: {
        tags,
        summary: "Change its title or who may watch (owner)",
        params,
        body: recordingChangesSchema,
        response: { 200: recordingViewSchema, ...failures },
      },
    },
    async (request): Promise<RecordingView> => {
      const found = await visible(request);
      const principal = requireAccount(request);
      requireChangeable(found, principal);
      const { title, visibility } = request.body;
      const changes = {
        ...(title === undefined ? {} : { title }),
        ...(visibility === undefined ? {} : { visibility }),
      };
      const by = `user:${principal.account.id}`;
      const recording = await deps.catalogue.change(found.recording, changes, by);
      return presenter.present({ ...found, recording }, request);
    },
  );

  http.delete(
    "/api/recordings/:recording",
    {
      onRequest: onlyAccounts,
      schema: {
        tags,
        summary: "Delete it with all its files (owner or admin)",
        params,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const found = await visible(request);
      const principal = requireAccount(request);
      requireDeletable(found, principal);
      const { account } = principal;
      await deps.catalogue.delete(found.recording, {
        reason: account.id === found.room.ownerId ? "owner" : "admin",
        participant: `user:${account.id}`,
      });
      return reply.code(204).send();
    },
  );
}

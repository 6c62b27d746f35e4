import type { ReadStream } from "node:fs";
import {
  type Action,
  type Actor,
  frameDecisionSchema,
  frameListSchema,
  frameViewSchema,
  idSchema,
  type ScreeningView,
  screeningChangeSchema,
  screeningViewSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { presentFrame } from "./present.ts";
import type { Screening } from "./screening.ts";
import type { ScreeningStore } from "./store.ts";

export interface ScreeningRouteDeps {
  store: Pick<ScreeningStore, "policyOf" | "list" | "countWaiting" | "find">;
  screening: Pick<Screening, "policyOf" | "setPolicy" | "veilOf" | "decide">;
  settings: Pick<ScreeningView, "house" | "by" | "everyS">;
  files: { read(name: string): Promise<{ stream: ReadStream; contentType: string; bytes: number } | null> };
  enter: (
    slugOrId: string,
    principal: Principal,
    action: Action,
  ) => Promise<{ room: { id: string; slug: string }; actor: Actor }>;
}

/** Pictures on one page: who looks after a room reads the newest. */
const PAGE = 60;

/** What is done when a picture of a show looks wrong, and those that did. */
export function screeningRoutes(http: Http, deps: ScreeningRouteDeps): void {
  const tags = ["moderation"];
  const params = z.object({ room: z.string().min(1).max(64) });
  const withFrame = params.extend({ frame: idSchema });
  const onRequest = onlyAccounts;
  const { enter, store, screening } = deps;

  const view = async (room: { id: string; slug: string }): Promise<ScreeningView> => ({
    policy: await screening.policyOf(room.id),
    own: await store.policyOf(room.id),
    ...deps.settings,
    veil: await screening.veilOf(room.slug),
  });

  http.get(
    "/api/rooms/:room/screening",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "What is done when a picture of the show looks wrong", params },
        response: { 200: screeningViewSchema, ...failures },
      },
    },
    async (request) => view((await enter(request.params.room, request.principal, "report.read")).room),
  );

  http.put(
    "/api/rooms/:room/screening",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Change it", params, body: screeningChangeSchema },
        response: { 200: screeningViewSchema, ...failures },
      },
    },
    async (request) => {
      const { room, actor } = await enter(request.params.room, request.principal, "screening.edit");
      await screening.setPolicy(room, actor, request.body.policy);
      return view(room);
    },
  );

  http.get(
    "/api/rooms/:room/frames",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Pictures of shows that looked wrong, newest first", params },
        response: { 200: frameListSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      const frames = await store.list(room.id, PAGE);
      return {
        frames: frames.map((frame) => presentFrame(room.slug, frame)),
        waiting: await store.countWaiting(room.id),
      };
    },
  );

  http.get(
    "/api/rooms/:room/frames/:frame/picture",
    { onRequest, schema: { tags, summary: "One of them", params: withFrame, response: failures } },
    async (request, reply) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      const frame = await store.find(room.id, request.params.frame);
      const picture = frame === null ? null : await deps.files.read(frame.file);
      if (picture === null) throw new ProblemError("moderation.not_found");
      return reply
        .header("content-type", picture.contentType)
        .header("content-length", picture.bytes)
        .header("cache-control", "private, no-store")
        .header("x-content-type-options", "nosniff")
        .send(picture.stream as never);
    },
  );

  http.patch(
    "/api/rooms/:room/frames/:frame",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Say whether it is harmless", params: withFrame, body: frameDecisionSchema },
        response: { 200: frameViewSchema, ...failures },
      },
    },
    async (request) => {
      const { room, actor } = await enter(request.params.room, request.principal, "report.read");
      const decision = { frame: request.params.frame, harmless: request.body.harmless };
      return presentFrame(room.slug, await screening.decide(room, actor, decision));
    },
  );
}

import {
  type Action,
  type Actor,
  idSchema,
  newReportSchema,
  reportDecisionSchema,
  reportListSchema,
  reportQuerySchema,
  reportViewSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { presentReport } from "./present.ts";
import type { Reports } from "./reports.ts";
import type { ReportStore } from "./store.ts";

export interface ReportDeps {
  store: Pick<ReportStore, "list" | "countOpen">;
  reports: Reports;
  enter: (
    slugOrId: string,
    principal: Principal,
    action: Action,
  ) => Promise<{ room: { id: string; slug: string; ownerId: string }; actor: Actor }>;
}

/** Reports over REST: people with accounts send them, staff decide; guests report over their socket. */
export function reportRoutes(http: Http, deps: ReportDeps): void {
  const tags = ["moderation"];
  const params = z.object({ room: z.string().min(1).max(64) });
  const onRequest = onlyAccounts;
  const { enter } = deps;

  http.post(
    "/api/rooms/:room/reports",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Report a message or somebody", params, body: newReportSchema },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { room, actor } = await enter(request.params.room, request.principal, "report.send");
      await deps.reports.send(room, { participant: actor.participant, name: actor.name }, request.body);
      return reply.code(204).send();
    },
  );

  http.get(
    "/api/rooms/:room/reports",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Reports, newest first", params, querystring: reportQuerySchema },
        response: { 200: reportListSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      const { state, cursor: before, limit } = request.query;
      const openOnly = state === "open";
      const found = await deps.store.list({ roomId: room.id, openOnly, before, limit: limit + 1 });
      const page = found.slice(0, limit);
      const nextCursor = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { reports: page.map(presentReport), nextCursor, open: await deps.store.countOpen(room.id) };
    },
  );

  http.patch(
    "/api/rooms/:room/reports/:report",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Decide a report", params: params.extend({ report: idSchema }) },
        body: reportDecisionSchema,
        response: { 200: reportViewSchema, ...failures },
      },
    },
    async (request) => {
      const { room, actor } = await enter(request.params.room, request.principal, "report.read");
      const { state } = request.body;
      return presentReport(await deps.reports.decide(room, actor, { report: request.params.report, state }));
    },
  );
}

import {
  type Action,
  type Actor,
  auditListSchema,
  auditQuerySchema,
  idSchema,
  may,
} from "@sameroom/contract";
import { z } from "zod";
import type { Room, Undo } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { presentAuditEntry } from "./present.ts";
import type { AuditStore } from "./store.ts";

export interface AuditDeps {
  store: AuditStore;
  clock: { unixMs: () => number };
  enter: (slugOrId: string, principal: Principal, action: Action) => Promise<{ room: Room; actor: Actor }>;
  /** Takes it back; that is audited itself. */
  undo: (room: Room, actor: Actor, undo: Undo) => Promise<void>;
}

/** Who may take something back: whoever may do it. */
const ACTION_OF: Record<Undo["kind"], Action> = {
  lift: "people.mute",
  impose: "people.ban",
  appoint: "people.appoint",
  dismiss: "people.appoint",
  rules: "rules.edit",
  frame: "report.read",
  screening: "screening.edit",
  pin: "chat.pin",
  "chat-mode": "chat.mode",
  silence: "stage.mute",
  readmit: "stage.remove",
  "hand-over": "stage.hand-over",
  held: "report.read",
  report: "report.read",
};

/** What staff did in a room: to read, and to take back. */
export function auditRoutes(http: Http, deps: AuditDeps): void {
  const tags = ["moderation"];
  const params = z.object({ room: z.string().min(1).max(64) });

  http.get(
    "/api/rooms/:room/audit",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "What staff did in a room, newest first", params, querystring: auditQuerySchema },
        response: { 200: auditListSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await deps.enter(request.params.room, request.principal, "audit.read");
      const { cursor: before, limit } = request.query;
      const found = await deps.store.list({ roomId: room.id, before, limit: limit + 1 });
      const page = found.slice(0, limit);
      const nextCursor = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { entries: page.map(presentAuditEntry), nextCursor };
    },
  );

  http.post(
    "/api/rooms/:room/audit/:entry/undo",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "Take back what staff did", params: params.extend({ entry: idSchema }) },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { room, actor } = await deps.enter(request.params.room, request.principal, "audit.read");
      const entry = await deps.store.find(room.id, request.params.entry);
      if (entry === null || entry.undo === null) throw new ProblemError("moderation.not_found");
      if (!may(actor.standings, ACTION_OF[entry.undo.kind])) throw new ProblemError("auth.forbidden");
      if (entry.undoneAt !== null) throw new ProblemError("moderation.decided");
      await deps.undo(room, actor, entry.undo);
      await deps.store.markUndone(entry.id, actor.name, new Date(deps.clock.unixMs()));
      return reply.code(204).send();
    },
  );
}

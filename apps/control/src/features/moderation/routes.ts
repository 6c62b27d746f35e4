import {
  type Action,
  type Actor,
  chatRulesSchema,
  chatRulesViewSchema,
  heldDecisionSchema,
  heldListSchema,
  heldViewSchema,
  idSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { RoomChatRules } from "./chat-rules.ts";
import type { DecideHeld } from "./held.ts";
import { presentHeld } from "./present.ts";
import type { ModerationStore } from "./store.ts";

export interface ModerationDeps {
  store: Pick<ModerationStore, "waiting" | "countWaiting">;
  rules: RoomChatRules;
  decideHeld: DecideHeld;
  serviceAvailable: boolean;
  enter: (
    slugOrId: string,
    principal: Principal,
    action: Action,
  ) => Promise<{ room: { id: string; slug: string }; actor: Actor }>;
}

/** Messages that wait on one page: who looks after a room reads from the oldest on. */
const PAGE = 100;

/** What may be said in a room, and messages that wait for staff. */
export function moderationRoutes(http: Http, deps: ModerationDeps): void {
  const tags = ["moderation"];
  const params = z.object({ room: z.string().min(1).max(64) });
  const onRequest = onlyAccounts;
  const { enter, serviceAvailable } = deps;

  http.get(
    "/api/rooms/:room/chat-rules",
    {
      onRequest,
      schema: {
        tags,
        summary: "What may be said",
        params,
        response: { 200: chatRulesViewSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      return { rules: await deps.rules.of(room.id), serviceAvailable };
    },
  );

  http.put(
    "/api/rooms/:room/chat-rules",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Change what may be said", params, body: chatRulesSchema },
        response: { 200: chatRulesViewSchema, ...failures },
      },
    },
    async (request) => {
      const { room, actor } = await enter(request.params.room, request.principal, "rules.edit");
      return { rules: await deps.rules.change(room, actor, request.body), serviceAvailable };
    },
  );

  http.get(
    "/api/rooms/:room/held",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Messages that wait for staff, oldest first", params },
        response: { 200: heldListSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await enter(request.params.room, request.principal, "report.read");
      const held = await deps.store.waiting(room.id, PAGE);
      return { held: held.map(presentHeld), total: await deps.store.countWaiting(room.id) };
    },
  );

  http.patch(
    "/api/rooms/:room/held/:message",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Let a message through, or not", params: params.extend({ message: idSchema }) },
        body: heldDecisionSchema,
        response: { 200: heldViewSchema, ...failures },
      },
    },
    async (request) => {
      const { room, actor } = await enter(request.params.room, request.principal, "report.read");
      const { approve } = request.body;
      const held = await deps.decideHeld(room, actor, { message: request.params.message, approve });
      return presentHeld(held);
    },
  );
}

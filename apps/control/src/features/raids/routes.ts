import { type Action, DEFAULT_RAID_RULES, raidRulesSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { RaidStore } from "./store.ts";

export interface RaidRouteDeps {
  store: Pick<RaidStore, "rulesOf" | "saveRules">;
  enter: (slugOrId: string, principal: Principal, action: Action) => Promise<{ room: Room }>;
}

/** Whose viewers may come. */
export function raidRoutes(http: Http, deps: RaidRouteDeps): void {
  const tags = ["raids"];
  const params = z.object({ room: z.string().min(1).max(64) });
  const onRequest = onlyAccounts;

  http.get(
    "/api/rooms/:room/raid-rules",
    {
      onRequest,
      schema: {
        tags,
        summary: "Whose raids it takes",
        params,
        response: { 200: raidRulesSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await deps.enter(request.params.room, request.principal, "room.edit");
      return (await deps.store.rulesOf(room.id)) ?? DEFAULT_RAID_RULES;
    },
  );

  http.put(
    "/api/rooms/:room/raid-rules",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Say whose raids it takes", params, body: raidRulesSchema },
        response: { 200: raidRulesSchema, ...failures },
      },
    },
    async (request) => {
      const { room } = await deps.enter(request.params.room, request.principal, "room.edit");
      await deps.store.saveRules(room.id, request.body);
      return request.body;
    },
  );
}

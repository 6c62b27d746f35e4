import {
  giftCodeSchema,
  giftInputSchema,
  giftListSchema,
  giftSchema,
  supporterListSchema,
  supporterQuerySchema,
} from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAdmins, type Principal } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { CatalogueStore } from "./catalogue-store.ts";
import type { SentGiftStore } from "./store.ts";

export interface GiftRoutesDeps {
  catalogue: CatalogueStore;
  store: Pick<SentGiftStore, "supporters">;
  /** Throws `room.not_found`, also for a private room of somebody else. */
  roomFor: (slugOrId: string, principal: Principal) => Promise<Room>;
}

/** What can be sent, who gave most, and the catalogue for admins. */
export function giftRoutes(http: Http, { catalogue, store, roomFor }: GiftRoutesDeps): void {
  const ofGift = z.object({ code: giftCodeSchema });

  http.get(
    "/api/gifts",
    {
      schema: {
        ...{ tags: ["gifts"], summary: "Gifts that can be sent, cheapest first" },
        response: { 200: giftListSchema, ...failures },
      },
    },
    async () => ({ gifts: await catalogue.list({ offeredOnly: true }) }),
  );

  http.get(
    "/api/rooms/:room/supporters",
    {
      schema: {
        ...{ tags: ["gifts"], summary: "Who gave most, in one show or of all time" },
        params: z.object({ room: z.string().min(1).max(64) }),
        querystring: supporterQuerySchema,
        response: { 200: supporterListSchema, ...failures },
      },
    },
    async (request) => {
      const room = await roomFor(request.params.room, request.principal);
      return await store.supporters(room.id, request.query);
    },
  );

  http.get(
    "/api/admin/gifts",
    {
      onRequest: onlyAdmins,
      schema: {
        ...{ tags: ["admin"], summary: "The whole catalogue of gifts" },
        response: { 200: giftListSchema, ...failures },
      },
    },
    async () => ({ gifts: await catalogue.list({ offeredOnly: false }) }),
  );

  http.put(
    "/api/admin/gifts/:code",
    {
      onRequest: onlyAdmins,
      schema: {
        ...{ tags: ["admin"], summary: "Make or change a gift; what was sent stays as it was" },
        ...{ params: ofGift, body: giftInputSchema },
        response: { 200: giftSchema, ...failures },
      },
    },
    async (request) => {
      const gift = { code: request.params.code, ...request.body };
      await catalogue.put(gift);
      return gift;
    },
  );

  http.delete(
    "/api/admin/gifts/:code",
    {
      onRequest: onlyAdmins,
      schema: {
        ...{ tags: ["admin"], summary: "Remove a gift; what was sent stays as it was" },
        params: ofGift,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      if (!(await catalogue.remove(request.params.code))) throw new ProblemError("gift.not_found");
      return reply.code(204).send();
    },
  );
}

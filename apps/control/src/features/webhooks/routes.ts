import {
  deliveryListSchema,
  deliverySchema,
  idSchema,
  newWebhookAnswerSchema,
  newWebhookSchema,
  webhookChangesSchema,
  webhookListSchema,
  webhookReplaySchema,
  webhookSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, onlySessions, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { Deliverer } from "./deliverer.ts";
import { presentDelivery, presentWebhook } from "./present.ts";
import type { WebhookStore } from "./store.ts";
import type { Webhooks } from "./webhooks.ts";

export interface WebhookRoutesDeps {
  store: WebhookStore;
  webhooks: Webhooks;
  deliverer: Deliverer;
}

const SHOWN = 100;

/** Webhooks of the account that asks. To make one needs a log-in: a leaked API key must not send rooms elsewhere. */
export function webhookRoutes(http: Http, { store, webhooks, deliverer }: WebhookRoutesDeps): void {
  const tags = ["webhooks"];
  const ofWebhook = z.object({ webhook: idSchema });
  const accountOf = (request: Parameters<typeof requireAccount>[0]) => requireAccount(request).account.id;

  http.get(
    "/api/webhooks",
    {
      onRequest: onlyAccounts,
      schema: { tags, summary: "Your webhooks", response: { 200: webhookListSchema, ...failures } },
    },
    async (request) => {
      const account = accountOf(request);
      const failing = await store.failing(account);
      return { webhooks: (await store.of(account)).map((row) => presentWebhook(row, failing)) };
    },
  );

  http.post(
    "/api/webhooks",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Have what happens in your rooms sent to a server; the secret is shown once" },
        body: newWebhookSchema,
        response: { 201: newWebhookAnswerSchema, ...failures },
      },
    },
    async (request, reply) => reply.code(201).send(await webhooks.add(accountOf(request), request.body)),
  );

  http.patch(
    "/api/webhooks/:webhook",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Change a webhook, or switch it off and on", params: ofWebhook },
        body: webhookChangesSchema,
        response: { 200: webhookSchema, ...failures },
      },
    },
    async (request) => {
      const account = accountOf(request);
      const row = await webhooks.change(account, request.params.webhook, request.body);
      return presentWebhook(row, await store.failing(account));
    },
  );

  http.delete(
    "/api/webhooks/:webhook",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Delete a webhook", params: ofWebhook },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await store.remove((await webhooks.find(accountOf(request), request.params.webhook)).id);
      return reply.code(204).send();
    },
  );

  http.get(
    "/api/webhooks/:webhook/deliveries",
    {
      onRequest: onlyAccounts,
      schema: {
        ...{ tags, summary: "What was sent lately, and how it was taken", params: ofWebhook },
        response: { 200: deliveryListSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = await webhooks.find(accountOf(request), request.params.webhook);
      return { deliveries: (await store.deliveries(id, SHOWN)).map(presentDelivery) };
    },
  );

  http.post(
    "/api/webhooks/:webhook/test",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Send an event of type test, once", params: ofWebhook },
        response: { 200: deliverySchema, ...failures },
      },
    },
    async (request) => {
      const webhook = await webhooks.find(accountOf(request), request.params.webhook);
      const delivery = await store.delivery(await deliverer.test(webhook));
      if (delivery === null) throw new ProblemError("webhook.not_found");
      return presentDelivery(delivery);
    },
  );

  http.post(
    "/api/webhooks/:webhook/replay",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Send a room's log again, from an event on", params: ofWebhook },
        body: webhookReplaySchema,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const webhook = await webhooks.find(accountOf(request), request.params.webhook);
      const { room, after } = request.body;
      if (!(await store.rewind(webhook, room, after))) throw new ProblemError("room.not_found");
      deliverer.sweep();
      return reply.code(204).send();
    },
  );
}

import { pushEndSchema, pushSubscriptionSchema, pushViewSchema } from "@sameroom/contract";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAccounts, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import type { PushStore } from "./store.ts";

export interface PushRouteDeps {
  store: Pick<PushStore, "save" | "remove">;
  publicKey: string;
  /** Whether push services may be without TLS, in private networks. */
  allowPrivate: boolean;
  clock: { unixMs: () => number };
}

/** Devices one account may have. */
const MAX_DEVICES = 20;

/** Devices that want to be told when somebody they follow is live. */
export function pushRoutes(http: Http, deps: PushRouteDeps): void {
  const tags = ["follows"];
  const onRequest = onlyAccounts;

  http.get(
    "/api/push",
    {
      schema: {
        tags,
        summary: "What browsers subscribe with",
        response: { 200: pushViewSchema, ...failures },
      },
    },
    async () => ({ publicKey: deps.publicKey }),
  );

  http.put(
    "/api/push/subscription",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Tell this device when somebody the caller follows is live" },
        body: pushSubscriptionSchema,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { account } = requireAccount(request);
      const { endpoint, keys } = request.body;
      if (!deps.allowPrivate && !endpoint.startsWith("https:"))
        throw new ProblemError("request.invalid", { detail: "Push services have https addresses." });
      const now = deps.clock.unixMs();
      const device = { id: newId(now), accountId: account.id, endpoint, ...keys, createdAt: new Date(now) };
      await deps.store.save(device, MAX_DEVICES);
      return reply.code(204).send();
    },
  );

  http.delete(
    "/api/push/subscription",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Tell this device nothing more", body: pushEndSchema },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await deps.store.remove(requireAccount(request).account.id, request.body.endpoint);
      return reply.code(204).send();
    },
  );
}

import { apiKeyListSchema, createdApiKeySchema, idSchema, newApiKeySchema } from "@sameroom/contract";
import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import { onlySessions, requireSession } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { ApiKeys } from "./keys.ts";
import { presentApiKey } from "./present.ts";
import type { ApiKeyStore } from "./store.ts";

/** An account's API keys. Only from a session: a key can neither make nor see keys. */
export function apiKeyRoutes(http: Http, deps: { apiKeys: ApiKeys; store: ApiKeyStore }): void {
  const tags = ["api keys"];
  const onRequest = onlySessions;

  http.get(
    "/api/api-keys",
    { onRequest, schema: { tags, summary: "My API keys", response: { 200: apiKeyListSchema, ...failures } } },
    async (request) => {
      const { account } = requireSession(request);
      return { keys: (await deps.store.of(account.id)).map(presentApiKey) };
    },
  );

  http.post(
    "/api/api-keys",
    {
      onRequest,
      schema: {
        tags,
        summary: "Make an API key; its secret is shown this once",
        body: newApiKeySchema,
        response: { 201: createdApiKeySchema, ...failures },
      },
    },
    async (request, reply) => {
      const { account } = requireSession(request);
      const { key, secret } = await deps.apiKeys.create(account.id, request.body.name);
      return reply.code(201).send({ ...presentApiKey(key), secret });
    },
  );

  http.delete(
    "/api/api-keys/:id",
    {
      onRequest,
      schema: {
        tags,
        summary: "Revoke an API key",
        params: z.object({ id: idSchema }),
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { account } = requireSession(request);
      if (!(await deps.store.remove(account.id, request.params.id)))
        throw new ProblemError("request.not_found");
      return reply.code(204).send();
    },
  );
}

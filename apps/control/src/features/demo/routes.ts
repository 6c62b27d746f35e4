import { demoSchema } from "@sameroom/contract";
import type { FastifyRequest } from "fastify";
import { failures, noContent } from "../../http/answers.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { Demo } from "./demo.ts";
import { mayRunDemo } from "./policy.ts";

/** Starting and stopping the demo broadcast. */
export function demoRoutes(http: Http, deps: { demo: Demo }): void {
  const tags = ["site"];
  const onRequest = async (request: FastifyRequest) => {
    if (mayRunDemo(request)) return;
    throw new ProblemError(request.principal.kind === "visitor" ? "auth.required" : "auth.forbidden");
  };
  http.post(
    "/api/demo",
    {
      onRequest,
      schema: { tags, summary: "Start the demo broadcast", response: { 202: demoSchema, ...failures } },
    },
    async (_request, reply) => reply.code(202).send({ room: await deps.demo.start() }),
  );
  http.delete(
    "/api/demo",
    {
      onRequest,
      schema: { tags, summary: "Stop the demo broadcast", response: { 204: noContent, ...failures } },
    },
    async (_request, reply) => {
      await deps.demo.stop();
      return reply.code(204).send();
    },
  );
}

import { randomUUID } from "node:crypto";
import fastifyCookie from "@fastify/cookie";
import fastifyRateLimit from "@fastify/rate-limit";
import { PROBLEM_TYPE, problem } from "@sameroom/contract";
import fastify, { type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { ProblemError } from "../problem-error.ts";
import { refuseForeignOrigin } from "./csrf.ts";
import { handleError } from "./errors.ts";
import { acceptOnlyJson } from "./json-body.ts";
import { type Principal, VISITOR } from "./principal.ts";
import type { Http } from "./types.ts";

export interface HttpOptions {
  logger: Logger;
  /** Believe `X-Forwarded-*`. */
  trustProxy: boolean;
  /** Finds out who asks, from cookie or bearer. Throws a `ProblemError` for credentials that are no good. */
  authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<Principal>;
}

/** An HTTP server without routes: request ids, who asks, CSRF check, rate limits, problem documents for every fault. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const http = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
    clientErrorHandler(error, socket) {
      if (error.code === "ECONNRESET" || !socket.writable) return;
      const body = JSON.stringify(problem("request.invalid"));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<ZodTypeProvider>() as unknown as Http;
  http.setValidatorCompiler(validatorCompiler);
  http.setSerializerCompiler(serializerCompiler);
  http.setErrorHandler(handleError);
  acceptOnlyJson(http);

  await http.register(fastifyCookie);
  await http.register(fastifyRateLimit, {
    global: false,
    keyGenerator: (request) => request.ip,
    errorResponseBuilder: (_request, context) =>
      new ProblemError("request.rate_limited", { retryAfter: Math.max(1, Math.ceil(context.ttl / 1000)) }),
  });

  http.decorateRequest("principal", undefined as never);
  http.addHook("onRequest", async (request, reply) => {
    void reply.header("x-request-id", request.id);
    request.principal = VISITOR;
    if (!request.url.startsWith("/api/")) return;
    void reply.header("cache-control", "no-store");
    request.principal = await options.authenticate(request, reply);
    refuseForeignOrigin(request);
  });
  http.addHook("onResponse", async (request, reply) => {
    const path = request.url.split("?", 1)[0];
    const fields = {
      method: request.method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (path?.startsWith("/api/")) request.log.info(fields, "request");
    else request.log.debug(fields, "request");
  });
  return http;
}

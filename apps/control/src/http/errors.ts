import { type ErrorCode, PROBLEM_TYPE, type Problem, problem } from "@sameroom/contract";
import { DrizzleQueryError } from "drizzle-orm";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { ProblemError } from "../problem-error.ts";

const BY_STATUS: Record<number, ErrorCode> = {
  401: "auth.required",
  403: "auth.forbidden",
  404: "request.not_found",
  413: "request.too_large",
  415: "request.unsupported_media_type",
  429: "request.rate_limited",
  503: "server.unavailable",
};

/** The problem document for whatever a route threw. Anything unforeseen is `server.internal`, without details. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const context = (error as FastifyError).validationContext ?? "request";
    const faults = error.validation.slice(0, 20).map((fault) => ({
      path: `${context}${fault.instancePath}`,
      message: fault.message ?? "not valid",
    }));
    return problem("request.invalid", { faults });
  }
  // What PostgreSQL cannot store, such as U+0000 in a text (SQLSTATE class 22, data exception).
  if (/^22/.test(sqlState(error))) return problem("request.invalid");
  if (isDatabaseAway(error)) return problem("server.unavailable", { retryAfter: 2 });
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  if (status === undefined || status < 400) return problem("server.internal");
  const code = BY_STATUS[status];
  if (code !== undefined) return problem(code);
  return status < 500
    ? problem("request.invalid", { detail: (error as Error).message })
    : problem("server.internal");
}

/** Sends a problem document (RFC 9457), with `Retry-After` where trying again makes sense. */
export function sendProblem(reply: FastifyReply, document: Problem): FastifyReply {
  if (document.retryAfter !== undefined) void reply.header("retry-after", Math.ceil(document.retryAfter));
  if (document.status === 401) void reply.header("www-authenticate", 'Bearer realm="sameroom"');
  return reply
    .code(document.status)
    .header("content-type", PROBLEM_TYPE)
    .header("cache-control", "no-store")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(document);
}

/** Fastify's error handler: everything thrown leaves as a problem document; our own faults are logged. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const document = problemOf(error);
  if (document.status >= 500) request.log.error({ err: error }, "request failed");
  return sendProblem(reply, document);
}

const AWAY = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "ETIMEDOUT", "57P01", "57P03", "53300"]);

function isDatabaseAway(error: unknown): boolean {
  const cause = queryCause(error);
  return cause !== null && (AWAY.has(sqlState(error)) || /connection|timeout|terminat/i.test(cause.message));
}

/** Why a query failed, or null when the error is none of a query. */
function queryCause(error: unknown): (Error & { code?: string }) | null {
  if (!(error instanceof DrizzleQueryError)) return null;
  return error.cause instanceof Error ? error.cause : null;
}

/** The code of what failed a query: an SQLSTATE (PostgreSQL, appendix A) or Node's. */
function sqlState(error: unknown): string {
  return queryCause(error)?.code ?? "";
}

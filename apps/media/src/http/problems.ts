import { type Log, SameroomError } from "@sameroom/base";
import { ERRORS, type ErrorCode, PROBLEM_TYPE, problem } from "@sameroom/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { MediaError } from "../node/media-error.ts";

/** Fastify's own refusals, in our words. */
const CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "request.unsupported_media_type",
  FST_ERR_CTP_BODY_TOO_LARGE: "request.too_large",
};

/** Answers with a problem document (RFC 9457). */
export function sendProblem(reply: FastifyReply, code: ErrorCode, detail?: string, retryAfterS?: number) {
  const body = problem(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterS === undefined ? {} : { retryAfter: retryAfterS }),
  });
  if (retryAfterS !== undefined) reply.header("retry-after", String(retryAfterS));
  if (body.status === 401) reply.header("www-authenticate", 'Bearer realm="sameroom"');
  return reply
    .code(body.status)
    .header("cache-control", "no-store")
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(body));
}

/** Every error that leaves a route ends here; what we did not foresee is logged and told as `server.internal`. */
export function createErrorHandler(log: Log) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof MediaError) return sendProblem(reply, error.code, error.detail, error.retryAfterS);
    if (error instanceof SameroomError && error.code in ERRORS)
      return sendProblem(reply, error.code as ErrorCode);
    const fastifyCode = "code" in error ? CODES[error.code] : undefined;
    if (fastifyCode !== undefined) return sendProblem(reply, fastifyCode);
    const status = "statusCode" in error ? error.statusCode : undefined;
    if (status === 429) return sendProblem(reply, "request.rate_limited", undefined, 1);
    if (status !== undefined && status < 500) return sendProblem(reply, "request.invalid", error.message);
    log.error("request failed", {
      method: request.method,
      path: request.url.split("?")[0],
      error: error.message,
      stack: error.stack,
    });
    return sendProblem(reply, "server.internal");
  };
}

import { type ErrorCode, type Problem, problemSchema } from "@sameroom/contract";
import type { ClientErrorCode, ClientFailure } from "./types.ts";

/** What the SDK throws: a code, a sentence for a person, and the server's problem document when there is one. */
export class ClientError extends Error {
  readonly code: ClientErrorCode | ErrorCode | (string & {});
  readonly problem: Problem | undefined;
  /** Seconds to wait before trying again, when the server said so. */
  readonly retryAfterS: number | undefined;

  constructor(code: ClientErrorCode | (string & {}), message: string, problem?: Problem) {
    super(message);
    this.name = "ClientError";
    this.code = code;
    this.problem = problem;
    this.retryAfterS = problem?.retryAfter;
  }
}

/** The error a server's answer stands for. */
export async function errorOfResponse(response: Response): Promise<ClientError> {
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = problemSchema.safeParse(body);
  if (parsed.success) {
    const { code, title, detail } = parsed.data;
    return new ClientError(code, detail === undefined ? title : `${title} ${detail}`, parsed.data);
  }
  return new ClientError("network.unreachable", `The server answered ${response.status}.`);
}

/** Whatever was thrown, as a `ClientError`. */
export function toClientError(thrown: unknown): ClientError {
  if (thrown instanceof ClientError) return thrown;
  if (thrown instanceof TypeError)
    return new ClientError("network.unreachable", "The server cannot be reached.");
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientError("media.connection_failed", message);
}

/** The error as an event tells it. */
export function toFailure(error: ClientError, retrying: boolean): ClientFailure {
  const { code, message, problem } = error;
  return { code, message, retrying, ...(problem === undefined ? {} : { problem }) };
}

const PASSING = new Set(["network.unreachable", "media.connection_failed", "request.rate_limited"]);

/** true when trying again, unchanged, may work. */
export function isPassing(error: ClientError): boolean {
  return PASSING.has(error.code) || (error.problem !== undefined && error.problem.status >= 500);
}

/** true when a fresh token may help. */
export function isStaleToken(error: ClientError): boolean {
  return error.code === "token.expired" || error.code === "token.invalid";
}

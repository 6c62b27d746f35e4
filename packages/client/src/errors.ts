import type { ErrorCode, Problem } from "@sameroom/contract";
import { parseProblem } from "./http/answers.ts";
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

/** The error a problem document stands for. */
export function errorOfProblem(problem: Problem): ClientError {
  const { code, title, detail } = problem;
  return new ClientError(code, detail === undefined ? title : `${title} (${detail})`, problem);
}

/** The error a server's answer stands for. */
export async function errorOfResponse(response: Response): Promise<ClientError> {
  const problem = parseProblem(await response.json().catch(() => undefined));
  if (problem !== undefined) return errorOfProblem(problem);
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

const PASSING = new Set<string>([
  "network.unreachable",
  "media.connection_failed",
  "request.rate_limited",
  "token.expired",
  "token.invalid",
]);

/** true when trying again, with a fresh token, may work. */
export function isPassing(error: ClientError): boolean {
  return PASSING.has(error.code) || (error.problem !== undefined && error.problem.status >= 500);
}

const TOKEN_FAULTS = new Set<string>(["token.expired", "token.invalid", "token.no_grant"]);

/** true when a fresh token may help at once; `token.no_grant`, because the page may have logged in since the last. */
export function isTokenFault(error: ClientError): boolean {
  return TOKEN_FAULTS.has(error.code);
}

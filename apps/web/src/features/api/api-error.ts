import { ERRORS, type Problem } from "@sameroom/contract";

/** The API answered with a problem, or could not be reached (`code` is then `network.unreachable`). */
export class ApiError extends Error {
  readonly code: string;
  readonly problem: Problem | null;

  constructor(code: string, message: string, problem: Problem | null = null) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.problem = problem;
  }

  /** What is wrong with one field of the request, if anything. */
  faultOf(path: string): string | undefined {
    return this.problem?.faults?.find((fault) => fault.path === path)?.message;
  }
}

/** true for an API answer with this code. */
export function hasCode(error: unknown, code: keyof typeof ERRORS | "network.unreachable"): boolean {
  return error instanceof ApiError && error.code === code;
}

/** What to tell a person about anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return ERRORS["server.internal"].message;
}

import { SameroomError } from "@sameroom/base";
import { ERRORS, type ErrorCode, type Problem, problem } from "@sameroom/contract";

type More = Partial<Pick<Problem, "detail" | "faults" | "retryAfter">>;

/** Thrown where a request cannot go on; the HTTP and the socket edge turn it into a problem document (RFC 9457). */
export class ProblemError extends SameroomError<ErrorCode> {
  readonly problem: Problem;

  /** `detail` and `faults` reach the caller: never put secrets there. */
  constructor(code: ErrorCode, more: More = {}) {
    super(code, more.detail ?? ERRORS[code].message);
    this.problem = problem(code, more);
  }
}

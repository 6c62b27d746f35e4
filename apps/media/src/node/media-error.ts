import { SameroomError } from "@sameroom/base";
import { ERRORS, type ErrorCode } from "@sameroom/contract";

/** A refusal with a code of the public catalogue; HTTP answers it as a problem document. */
export class MediaError extends SameroomError<ErrorCode> {
  /** What exactly was wrong this time, for a person. */
  readonly detail: string | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, detail?: string, retryAfterS?: number) {
    super(code, detail ?? ERRORS[code].message);
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }
}

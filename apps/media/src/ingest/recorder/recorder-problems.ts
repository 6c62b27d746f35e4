import { type Log, SameroomError } from "@sameroom/base";
import { ERRORS, type ErrorCode, type GoneReason, type Problem, problem } from "@sameroom/contract";
import { MediaError } from "../../node/media-error.ts";

/** What a sender is told; of other ends it asks for another session. */
const CLOSED: Partial<Record<GoneReason, ErrorCode>> = {
  replaced: "publish.replaced",
  shutdown: "media.shutting_down",
};

/** What a sender is told whose session the server has ended. */
export function endCodeOf(reason: GoneReason): ErrorCode {
  return CLOSED[reason] ?? "media.session_not_found";
}

/** What a sender is told whose session is not opened; of a fault of ours the log hears more. */
export function openProblemOf(thrown: unknown, log: Log): Problem {
  if (thrown instanceof MediaError) {
    const { code, detail, retryAfterS } = thrown;
    return problem(code, {
      ...(detail === undefined ? {} : { detail }),
      ...(retryAfterS === undefined ? {} : { retryAfter: retryAfterS }),
    });
  }
  if (thrown instanceof SameroomError && thrown.code in ERRORS) return problem(thrown.code as ErrorCode);
  log.error("a recorder's session is not opened", { error: String(thrown) });
  return problem("server.internal");
}

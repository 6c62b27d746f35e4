import type { GoneReason } from "@sameroom/contract";
import type { Session } from "./session-registry.ts";

const NEVER_CONNECTED_MS = 15_000;
const WARM_UNUSED_MS = 30_000;

/** Why a session should be closed by now, or undefined. */
export function overdue(session: Session, nowMs: number): GoneReason | undefined {
  const { connection } = session;
  if (connection.state === "new")
    return nowMs - session.sinceMs > NEVER_CONNECTED_MS ? "never-connected" : undefined;
  if (connection.isLost()) return "connection-lost";
  return session.kind === "viewer" && session.pausedForMs(nowMs) > WARM_UNUSED_MS ? "expired" : undefined;
}

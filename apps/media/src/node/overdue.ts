import type { GoneReason } from "@sameroom/contract";
import type { PeerConnection } from "../transport/peer-connection.ts";

const NEVER_CONNECTED_MS = 15_000;

/** Why a session with a peer should be closed by now, or undefined. */
export function overdue(
  { connection, sinceMs }: { connection: PeerConnection; sinceMs: number },
  nowMs: number,
): GoneReason | undefined {
  if (connection.state === "new") return nowMs - sinceMs > NEVER_CONNECTED_MS ? "never-connected" : undefined;
  return connection.isLost() ? "connection-lost" : undefined;
}

import type { Environment } from "../environment.ts";
import type { Session } from "./open-session.ts";

/** How long a connection outlives its DELETE at most. */
const LEAVE_TIMEOUT_MS = 1000;

/**
 * Closes a session's connection. With `remove` the server is told before: closing says goodbye by DTLS, which looks like
 * a loss and would win the race. Never rejects.
 */
export async function leaveSession(
  environment: Pick<Environment, "after">,
  { peer, resource }: Session,
  remove: boolean,
): Promise<void> {
  // Who has said goodbye knows.
  if (!remove || dtlsOf(peer)?.state === "closed") return peer.close();
  const cancel = environment.after(LEAVE_TIMEOUT_MS, () => peer.close());
  await resource.remove();
  cancel();
  peer.close();
}

/** Calls `left` when the server says goodbye: that (close_notify) closes DTLS and leaves ICE, and so `connectionState`, as it was. */
export function onGoodbye(peer: RTCPeerConnection, left: () => void): void {
  const dtls = dtlsOf(peer);
  dtls?.addEventListener("statechange", () => {
    if (dtls.state === "closed") left();
  });
}

/** The one transport of a bundled connection. */
function dtlsOf(peer: RTCPeerConnection): RTCDtlsTransport | null | undefined {
  return peer.getTransceivers()[0]?.sender.transport;
}

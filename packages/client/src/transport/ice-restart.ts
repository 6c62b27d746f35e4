import type { Environment } from "../environment.ts";
import { ClientError } from "../errors.ts";
import { type OpenSessionOptions, type Session, setIceServers } from "./open-session.ts";
import { answerWithFragment, fragmentOf } from "./sdp-fragment.ts";

/** How long a restart waits for fresh TURN credentials; the old ones may do. */
const CREDENTIALS_TIMEOUT_MS = 1000;

/**
 * Asks the server for an ICE restart (RFC 9725 section 4.3.2); resolves with the answer to apply. Where TURN servers are in
 * use, it gathers with the credentials of the newest token.
 */
export async function requestIceRestart(
  { peer, resource }: Session,
  { environment, token }: Pick<OpenSessionOptions, "environment" | "token">,
  signal: AbortSignal,
): Promise<string> {
  if ((peer.getConfiguration().iceServers ?? []).length > 0) {
    const renewed = token().then(
      (minted) => setIceServers(peer, minted),
      () => undefined,
    );
    await Promise.race([renewed, pause(environment, CREDENTIALS_TIMEOUT_MS)]);
    signal.throwIfAborted();
  }
  await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
  const fragment = await resource.restart(fragmentOf(peer.localDescription!.sdp), signal);
  const answer = answerWithFragment(resource.answer, fragment);
  if (answer !== undefined) return answer;
  throw new ClientError(
    "media.connection_failed",
    "The server's answer to an ICE restart has no credentials.",
  );
}

function pause({ after }: Environment, ms: number): Promise<void> {
  return new Promise((resolve) => void after(ms, resolve));
}

import { ClientError } from "../errors.ts";
import type { Session } from "./open-session.ts";
import { answerWithFragment, fragmentOf } from "./sdp-fragment.ts";

/** Asks the server for an ICE restart (RFC 9725 section 4.3.2); resolves with the answer to apply. */
export async function requestIceRestart({ peer, resource }: Session, signal: AbortSignal): Promise<string> {
  await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
  const fragment = await resource.restart(fragmentOf(peer.localDescription!.sdp), signal);
  const answer = answerWithFragment(resource.answer, fragment);
  if (answer !== undefined) return answer;
  throw new ClientError(
    "media.connection_failed",
    "The server's answer to an ICE restart has no credentials.",
  );
}

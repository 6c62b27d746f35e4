import type { MintedToken } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { iceServersOf } from "../http/answers.ts";
import { type MediaResource, openResource } from "../http/media-resource.ts";

export interface OpenSessionOptions {
  environment: Environment;
  /** `/whip/:room` or `/whep/:room`; asked for each new session. */
  path: () => string;
  token: () => Promise<MintedToken>;
  /** Adds what is sent or received to a fresh connection. */
  prepare: (peer: RTCPeerConnection) => void;
  /** What is made of the server's answer before it is applied; default: nothing. */
  shapeAnswer?: (answer: string) => string;
}

const PEER_CONFIGURATION = { bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" } as const;

/** Has a connection use the STUN and TURN servers of a token from its next gathering on. */
export function setIceServers(peer: RTCPeerConnection, token: MintedToken): void {
  const iceServers = iceServersOf(token);
  if (iceServers.length > 0) peer.setConfiguration({ ...PEER_CONFIGURATION, iceServers });
}

/** A connection and the session on the server it belongs to. */
export interface Session {
  peer: RTCPeerConnection;
  resource: MediaResource;
}

/**
 * Makes an offer and has the server answer it; the answer is not applied yet. Rejects, and leaves nothing, when aborted.
 * Nothing waits for what it does not need: the offer is made while the token is fetched, and sent while it is applied.
 */
export async function openSession(options: OpenSessionOptions, signal: AbortSignal): Promise<Session> {
  const { environment, path, prepare, shapeAnswer = (answer) => answer } = options;
  const peer = environment.createPeerConnection(PEER_CONFIGURATION);
  try {
    prepare(peer);
    const [minted, offer] = await Promise.all([options.token(), peer.createOffer()]);
    signal.throwIfAborted();
    // Before anything is gathered.
    setIceServers(peer, minted);
    const { token, mediaUrl } = minted;
    // The server is ICE-lite and answers checks from anywhere: our candidates need not be in the offer.
    const [resource] = await Promise.all([
      openResource(environment, { mediaUrl, path: path(), token, offer: offer.sdp!, signal }),
      peer.setLocalDescription(offer),
    ]);
    return { peer, resource: { ...resource, answer: shapeAnswer(resource.answer) } };
  } catch (thrown) {
    peer.close();
    throw thrown;
  }
}

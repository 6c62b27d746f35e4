import type { MintedToken } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { type MediaResource, openResource } from "../http/media-resource.ts";

export interface OpenSessionOptions {
  environment: Environment;
  /** `/whip/:room` or `/whep/:room`; asked for each new session. */
  path: () => string;
  token: () => Promise<MintedToken>;
  /** Adds what is sent or received to a fresh connection. */
  prepare: (peer: RTCPeerConnection) => void;
}

/** A connection and the session on the server it belongs to. */
export interface Session {
  peer: RTCPeerConnection;
  resource: MediaResource;
}

/** Makes an offer and has the server answer it; the answer is not applied yet. Rejects, and leaves nothing, when aborted. */
export async function openSession(options: OpenSessionOptions, signal: AbortSignal): Promise<Session> {
  const { environment, path, prepare } = options;
  const { token, mediaUrl } = await options.token();
  signal.throwIfAborted();
  const peer = environment.createPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
  try {
    prepare(peer);
    // The server is ICE-lite and answers checks from anywhere: our candidates need not be in the offer.
    await peer.setLocalDescription(await peer.createOffer());
    signal.throwIfAborted();
    const offer = peer.localDescription!.sdp;
    const resource = await openResource(environment, { mediaUrl, path: path(), token, offer, signal });
    return { peer, resource };
  } catch (thrown) {
    peer.close();
    throw thrown;
  }
}

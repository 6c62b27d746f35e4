import { SDP_FRAGMENT_TYPE, slotsRequestSchema } from "@sameroom/contract";
import { parseSdpFragment } from "@sameroom/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Authenticator } from "../auth/authenticator.ts";
import { MediaError } from "../node/media-error.ts";
import type { MediaNode } from "../node/media-node.ts";
import type { PeerSession } from "../node/session-registry.ts";
import { typeOf } from "./whip-whep.ts";

/** A request to a session's address. */
export type SessionRequest = FastifyRequest<{ Params: { session: string } }>;

/** The session of the request, if its bearer may have it; else rejects with a `MediaError`. */
export type OwnedSession = (request: SessionRequest) => Promise<PeerSession>;

/** Finds the session of a request for its owner, and nobody else. */
export function createOwnedSession(node: MediaNode, authenticator: Authenticator): OwnedSession {
  return async (request) => {
    const session = node.session(request.params.session);
    await authenticator.owner(request.headers.authorization, {
      identity: session.auth.identity,
      credentialHash: session.auth.credentialHash,
    });
    return node.session(request.params.session);
  };
}

/** The session resource: ICE restart and trickle by PATCH, leaving by DELETE, slots by PUT. */
export function registerSessions(app: FastifyInstance, node: MediaNode, owned: OwnedSession): void {
  app.patch("/sessions/:session", async (request: SessionRequest, reply) => {
    const session = await owned(request);
    if (typeOf(request) !== SDP_FRAGMENT_TYPE) {
      throw new MediaError("request.unsupported_media_type", `send ${SDP_FRAGMENT_TYPE}`);
    }
    const fragment = parseSdpFragment(String(request.body ?? ""));
    if (!fragment.ok) throw new MediaError("media.bad_fragment", fragment.error.message);
    const match = request.headers["if-match"];
    if (match === undefined) throw new MediaError("media.etag_required");
    // RFC 9725 section 4.3.3: a restart names any generation, everything else the current one.
    // The RFC's examples put the asterisk in quotes, RFC 9110 does not: both are common.
    if (/^\s*"?\*"?\s*$/.test(match)) {
      const answer = node.restartIce(session, fragment.value);
      return reply.code(200).header("etag", session.connection.etag).type(SDP_FRAGMENT_TYPE).send(answer);
    }
    if (match.trim() !== session.connection.etag) throw new MediaError("media.etag_mismatch");
    // Trickled candidates: we are a lite agent and never send checks, so there is nothing to do with them.
    return reply.code(204).send();
  });

  app.delete("/sessions/:session", async (request: SessionRequest, reply) => {
    node.closeSession(await owned(request), "left");
    return reply.code(200).send();
  });

  app.put("/sessions/:session/slots", async (request: SessionRequest, reply) => {
    const session = await owned(request);
    if (session.kind !== "viewer") throw new MediaError("media.session_not_found", "it has no slots");
    const wanted = slotsRequestSchema.safeParse(request.body);
    if (!wanted.success) throw new MediaError("request.invalid", "send what docs/protocol/whip-whep.md says");
    node.changeSlots(session, wanted.data);
    return reply.send(node.slots(session));
  });

  app.get("/sessions/:session/slots", async (request: SessionRequest, reply) => {
    const session = await owned(request);
    if (session.kind !== "viewer") throw new MediaError("media.session_not_found", "it has no slots");
    return reply.send(node.slots(session));
  });
}

import { createHmac } from "node:crypto";
import type { Clock } from "@sameroom/base";
import {
  type IceServerPlan,
  iceServerLinks,
  iceServersFor,
  MEDIA_PATHS,
  roomSlugSchema,
  SDP_FRAGMENT_TYPE,
  SDP_TYPE,
} from "@sameroom/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticator } from "../auth/authenticator.ts";
import { MediaError } from "../node/media-error.ts";
import type { MediaNode } from "../node/media-node.ts";
import type { Opened } from "../node/session-factory.ts";

type RoomRequest = FastifyRequest<{
  Params: { room: string };
  Querystring: { paused?: string; company?: string };
}>;

/** Per remote address: few publish, and nobody should try stream keys quickly. */
const PUBLISH_LIMIT = { max: 600, timeWindow: 60_000 };

export interface WhipWhepDeps {
  node: MediaNode;
  authenticator: Authenticator;
  iceServers: IceServerPlan;
  clock: Pick<Clock, "unixMs">;
}

/** WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): one POST each, answered by a session resource. */
export function registerWhipWhep(app: FastifyInstance, deps: WhipWhepDeps): void {
  const { node, authenticator, iceServers, clock } = deps;
  const created = (reply: FastifyReply, { session, sdp }: Opened) => {
    const servers = iceServersFor(iceServers, {
      participant: session.auth.identity.participant,
      nowUnixS: clock.unixMs() / 1000,
      hmacSha1: (key, text) => createHmac("sha1", key).update(text).digest("base64"),
    });
    if (servers.length > 0) reply.header("link", iceServerLinks(servers).join(", "));
    return reply
      .code(201)
      .header("location", MEDIA_PATHS.session(session.id))
      .header("etag", session.connection.etag)
      .header("accept-patch", SDP_FRAGMENT_TYPE)
      .type(SDP_TYPE)
      .send(sdp);
  };

  app.post("/whip/:room", { config: { rateLimit: PUBLISH_LIMIT } }, async (request: RoomRequest, reply) => {
    const room = roomOf(request);
    const offer = offerOf(request);
    const auth = await authenticator.publisher(request.headers.authorization, room);
    return created(reply, node.publish(room, auth, offer));
  });

  app.post("/whep/:room", async (request: RoomRequest, reply) => {
    const room = roomOf(request);
    const offerSdp = offerOf(request);
    const auth = await authenticator.viewer(request.headers.authorization, room);
    const { paused, company } = request.query;
    const wish = { offerSdp, paused: paused === "1", company: company === "1" };
    return created(reply, node.watch(room, auth, wish));
  });
}

function roomOf(request: RoomRequest): string {
  const room = roomSlugSchema.safeParse(request.params.room);
  if (!room.success) throw new MediaError("room.not_found");
  return room.data;
}

function offerOf(request: FastifyRequest): string {
  if (typeOf(request) !== SDP_TYPE)
    throw new MediaError("request.unsupported_media_type", `send ${SDP_TYPE}`);
  if (typeof request.body !== "string" || request.body === "")
    throw new MediaError("media.bad_offer", "it is empty");
  return request.body;
}

/** The media type without its parameters. */
export function typeOf(request: FastifyRequest): string {
  return (request.headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
}

import { createHmac } from "node:crypto";
import type { Clock } from "@sameroom/base";
import { type IceServerPlan, iceServersFor, mintedTokenSchema, tokenRequestSchema } from "@sameroom/contract";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import { cookieOptions, GUEST_COOKIE } from "../../http/cookies.ts";
import type { RateLimits } from "../../http/limits.ts";
import { publicAddress, resolveMediaUrl } from "../../http/public-url.ts";
import type { Http } from "../../http/types.ts";
import { guestIdentity } from "./guest-identity.ts";
import { decideToken } from "./policy.ts";
import type { TokenSigner } from "./signer.ts";

export interface TokenDeps {
  signer: TokenSigner;
  /** The room of a path. Throws `room.not_found`. */
  roomOf: (slugOrId: string) => Promise<Room>;
  /** Base URL of the worker that serves a room; may begin with a colon. */
  mediaUrlOf: (slug: string) => string;
  /** Signs visitors' cookies. */
  guestKey: Buffer;
  limits: RateLimits;
  /** What clients behind hard firewalls are given. */
  iceServers: IceServerPlan;
  clock: Pick<Clock, "unixMs">;
}

const GUEST_COOKIE_S = 365 * 86_400;

/** Mints room tokens, for browsers and integrators. */
export function tokenRoutes(http: Http, deps: TokenDeps): void {
  http.post(
    "/api/rooms/:room/tokens",
    {
      config: { rateLimit: deps.limits.tokens },
      schema: {
        tags: ["tokens"],
        summary: "Mint a room token",
        params: z.object({ room: z.string().min(1).max(64) }),
        body: tokenRequestSchema.nullish(),
        response: { 201: mintedTokenSchema, ...failures },
      },
    },
    async (request, reply) => {
      const room = await deps.roomOf(request.params.room);
      const decision = decideToken(request.body ?? {}, request.principal, room, () => {
        const guest = guestIdentity(request.cookies[GUEST_COOKIE], deps.guestKey);
        void reply.setCookie(GUEST_COOKIE, guest.cookie, cookieOptions(request, GUEST_COOKIE_S));
        return guest;
      });
      const { participant, name, role, grants, ttlS } = decision;
      const { token, expiresAt } = await deps.signer.sign(
        { sub: participant, room: room.slug, role, grants, name },
        ttlS,
      );
      return reply.code(201).send({
        token,
        expiresAt: expiresAt.toISOString(),
        participant,
        role,
        grants,
        mediaUrl: resolveMediaUrl(deps.mediaUrlOf(room.slug), publicAddress(request)),
        playback: null,
        prefer: "webrtc",
        iceServers: iceServersFor(deps.iceServers, {
          participant,
          nowUnixS: deps.clock.unixMs() / 1000,
          hmacSha1: (key, text) => createHmac("sha1", key).update(text).digest("base64"),
        }),
      });
    },
  );
}

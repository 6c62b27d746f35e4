import { createHmac } from "node:crypto";
import type { Clock } from "@sameroom/base";
import {
  type IceServerPlan,
  iceServersFor,
  type MintedToken,
  may,
  mintedTokenSchema,
  type Standing,
  tokenRequestSchema,
} from "@sameroom/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Room } from "../../db/schema.ts";
import { failures } from "../../http/answers.ts";
import { cookieOptions, GUEST_COOKIE } from "../../http/cookies.ts";
import type { RateLimits } from "../../http/limits.ts";
import type { Principal } from "../../http/principal.ts";
import { publicAddress, resolveMediaUrl } from "../../http/public-url.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { guestIdentity } from "./guest-identity.ts";
import { playbackFor, preferredPath, type RoomService } from "./playback.ts";
import { decideToken } from "./policy.ts";
import type { TokenSigner } from "./signer.ts";

export interface TokenDeps {
  signer: TokenSigner;
  /** The room of a path, as far as it exists for the caller. Throws `room.not_found`. */
  roomFor: (slugOrId: string, principal: Principal) => Promise<Room>;
  serviceOf: (slug: string) => RoomService;
  /** What the caller is to the room. */
  standingsOf: (principal: Principal, room: Room) => Promise<Standing[]>;
  /** The bearer is about to come into the room. Throws `room.banned`. */
  arrive: (
    request: FastifyRequest,
    reply: FastifyReply,
    room: Room,
    newcomer: { participant: string; name: string; standings: readonly Standing[] },
  ) => Promise<void>;
  /** Has a seat on the room's stage. */
  isGuest: (slug: string, participant: string) => Promise<boolean>;
  /** How long an account's subscription to a channel still runs, seconds; null: there is none. */
  subscribedForS: (accountId: string, ownerId: string) => Promise<number | null>;
  /** Where viewers are sent while there is room for them everywhere. */
  passiveViewers: MintedToken["prefer"];
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
      const room = await deps.roomFor(request.params.room, request.principal);
      const { principal } = request;
      const wanted = request.body ?? {};
      const standings = await deps.standingsOf(principal, room);
      const visitor = () => {
        const guest = guestIdentity(request.cookies[GUEST_COOKIE], deps.guestKey);
        void reply.setCookie(GUEST_COOKIE, guest.cookie, cookieOptions(request, GUEST_COOKIE_S));
        return guest;
      };
      const self = principal.kind === "account" ? `user:${principal.account.id}` : null;
      const mustSubscribe = room.visibility === "subscribers" && !may(standings, "room.watch-subscribers");
      const onStage =
        (wanted.role === "guest" || mustSubscribe) &&
        // A visitor without the cookie is somebody new.
        (await deps.isGuest(
          room.slug,
          self ?? guestIdentity(request.cookies[GUEST_COOKIE], deps.guestKey).participant,
        ));
      if (mustSubscribe && !onStage) throw new ProblemError("room.subscribers_only");
      const decision = decideToken(wanted, principal, room, { visitor, standings, onStage });
      const { participant, name, role, grants, ttlS } = decision;
      // What an API key's account is to the room says nothing of the people it names.
      await deps.arrive(request, reply, room, {
        ...{ participant, name },
        standings: participant.startsWith("key:") ? ["viewer"] : standings,
      });
      const { token, expiresAt } = await deps.signer.sign(
        { sub: participant, room: room.slug, role, grants, name },
        ttlS,
      );
      const { mediaUrl: configured, hls, full } = deps.serviceOf(room.slug);
      const mediaUrl = resolveMediaUrl(configured, publicAddress(request));
      const watchesForS =
        principal.kind === "account" && standings.includes("subscriber")
          ? await deps.subscribedForS(principal.account.id, room.ownerId)
          : null;
      const playback = await playbackFor(room, decision, {
        ...{ mediaUrl, hls, signer: deps.signer },
        watchesForS: watchesForS ?? Number.POSITIVE_INFINITY,
      });
      return reply.code(201).send({
        token,
        expiresAt: expiresAt.toISOString(),
        participant,
        role,
        grants,
        mediaUrl,
        playback,
        prefer: preferredPath(role, { playback, full, passiveViewers: deps.passiveViewers }),
        iceServers: iceServersFor(deps.iceServers, {
          participant,
          nowUnixS: deps.clock.unixMs() / 1000,
          hmacSha1: (key, text) => createHmac("sha1", key).update(text).digest("base64"),
        }),
      });
    },
  );
}

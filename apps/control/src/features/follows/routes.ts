import { followViewSchema } from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, type Principal, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { FollowStore } from "./store.ts";

export interface FollowDeps {
  store: FollowStore;
  clock: { unixMs: () => number };
  /** Throws `room.not_found`. */
  roomFor: (slugOrId: string, principal: Principal) => Promise<{ ownerId: string }>;
}

/** Following a room's owner, in all of their rooms. */
export function followRoutes(http: Http, deps: FollowDeps): void {
  const schema = (summary: string) => ({
    ...{ tags: ["follows"], summary, params: z.object({ room: z.string().min(1).max(64) }) },
    response: { 200: followViewSchema, ...failures },
  });

  async function view(principal: Principal, ownerId: string) {
    return {
      following:
        principal.kind === "account" && (await deps.store.isFollowing(principal.account.id, ownerId)),
      followers: await deps.store.followersOf(ownerId),
    };
  }

  http.get(
    "/api/rooms/:room/follow",
    { schema: schema("Whether the caller follows this room's owner, and how many do") },
    async ({ params, principal }) => view(principal, (await deps.roomFor(params.room, principal)).ownerId),
  );

  http.put(
    "/api/rooms/:room/follow",
    { onRequest: onlyAccounts, schema: schema("Follow this room's owner") },
    async (request) => {
      const { account } = requireAccount(request);
      const { ownerId } = await deps.roomFor(request.params.room, request.principal);
      if (ownerId === account.id)
        throw new ProblemError("auth.forbidden", { detail: "Nobody follows themself." });
      await deps.store.follow(account.id, ownerId, new Date(deps.clock.unixMs()));
      return view(request.principal, ownerId);
    },
  );

  http.delete(
    "/api/rooms/:room/follow",
    { onRequest: onlyAccounts, schema: schema("Follow this room's owner no longer") },
    async (request) => {
      const { account } = requireAccount(request);
      const { ownerId } = await deps.roomFor(request.params.room, request.principal);
      await deps.store.unfollow(account.id, ownerId);
      return view(request.principal, ownerId);
    },
  );
}

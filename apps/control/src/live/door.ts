import { may, type RoomTokenClaims, type Standing, type Visibility } from "@sameroom/contract";
import type { Account } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import type { Standings } from "../features/people/standings.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { OwnedRoom, RoomStore } from "../features/rooms/store.ts";
import type { TokenSigner } from "../features/tokens/signer.ts";
import { ProblemError } from "../problem-error.ts";
import { isHost } from "../realtime/gateway.ts";
import type { Admission } from "../realtime/room-socket.ts";
import { shareReads } from "../shared-reads.ts";
import { isIntegrators } from "./strangers.ts";

/** Whom the realtime edge lets into rooms. */
export interface Door {
  /**
   * Throws `token.*`, `account.disabled`, `room.subscribers_only`, and `room.not_found`, also for a private room the bearer may not
   * be in.
   */
  admit(token: unknown): Promise<Admission>;
  /** The room of somebody who was let in a moment ago. Throws `room.not_found` when it became private meanwhile. */
  roomOf(admission: Pick<Admission, "claims" | "trusted" | "standings">): Promise<OwnedRoom>;
}

export function createDoor(deps: {
  signer: TokenSigner;
  rooms: Pick<RoomStore, "find">;
  accounts: AccountStore;
  standings: Pick<Standings, "ofAccount">;
  /** Throws `room.banned`. */
  refuseBanned: (slug: string, participant: string) => Promise<void>;
  /** What somebody is by their seat on the room's stage. */
  onStage: (slug: string, participant: string) => Promise<("guest" | "host")[]>;
  /** Months of a subscription to the room owner's channel so far; null: there is none. */
  monthsOf: (accountId: string, ownerId: string) => Promise<number | null>;
}): Door {
  const rooms = { find: shareReads(deps.rooms.find) };

  async function accountOf(participant: string): Promise<Account | null> {
    if (!participant.startsWith("user:")) return null;
    const account = await deps.accounts.byId(participant.slice("user:".length));
    if (account === null || account.disabled) throw new ProblemError("account.disabled");
    return account;
  }

  return {
    async admit(token) {
      const claims = await deps.signer.verify(token);
      if (!claims.grants.subscribe) throw new ProblemError("token.no_grant");
      const { room } = await findRoom(rooms, claims.room);
      const account = await accountOf(claims.sub);
      const are = await deps.standings.ofAccount(account, room);
      const above = are.includes("owner") || are.includes("admin");
      const trusted = above || are.includes("moderator") || isIntegrators(claims.sub);
      requireTrusted(room.visibility, trusted);
      if (!trusted || isIntegrators(claims.sub)) await deps.refuseBanned(room.slug, claims.sub);
      const standings = standingsOf(claims, are);
      const seated = await deps.onStage(room.slug, claims.sub);
      standings.unshift(...seated.filter((one) => !standings.includes(one)));
      requireWatching(room.visibility, { trusted, standings });
      const subscribes = account !== null && standings.includes("subscriber");
      const months = subscribes ? await deps.monthsOf(account.id, room.ownerId) : null;
      return { claims, trusted, insider: above || isHost(claims), standings, months: months ?? 1 };
    },
    async roomOf({ claims, trusted, standings }) {
      const owned = await findRoom(rooms, claims.room);
      requireTrusted(owned.room.visibility, trusted);
      requireWatching(owned.room.visibility, { trusted, standings });
      return owned;
    },
  };
}

function requireTrusted(visibility: string, trusted: boolean): void {
  if (visibility === "private" && !trusted) throw new ProblemError("room.not_found");
}

function requireWatching(visibility: Visibility, who: Pick<Admission, "trusted" | "standings">): void {
  if (visibility === "subscribers" && !who.trusted && !may(who.standings, "room.watch-subscribers"))
    throw new ProblemError("room.subscribers_only");
}

/** What somebody is to a room. Nobody is more than their token grants: an owner's token for watching only makes a viewer. */
function standingsOf(
  { sub, role, grants }: Pick<RoomTokenClaims, "sub" | "role" | "grants">,
  account: readonly Standing[],
): Standing[] {
  const standings = account.filter((one) => one === "subscriber" || (grants.moderate && one !== "viewer"));
  if ((role === "host" || role === "guest") && grants.publish) standings.push(role);
  // Of people here the account decides: who was dismissed is no moderator any more, whatever their token says.
  if (role === "moderator" && grants.moderate && isIntegrators(sub)) standings.push(role);
  return [...standings, "viewer"];
}

import { type Action, may, type Standing } from "@sameroom/contract";
import type { Account, Room } from "../../db/schema.ts";
import type { Principal } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";
import type { ModeratorStore } from "./moderator-store.ts";
import { accountIdOf, accountStandings } from "./rules.ts";

type RoomOf = Pick<Room, "id" | "ownerId">;

/** What people are to rooms: every route and every socket asks here, and `ACTIONS` says what follows from it. */
export interface Standings {
  ofAccount(account: Pick<Account, "id" | "role"> | null, room: RoomOf): Promise<Standing[]>;
  ofPrincipal(principal: Principal, room: RoomOf): Promise<Standing[]>;
  /** Of somebody who is not asking. Whether they are on air is not known here. */
  ofParticipant(participant: string, room: RoomOf): Promise<Standing[]>;
  /** Their standings. Throws `auth.required` for a visitor who may not, `auth.forbidden` for anybody else. */
  require(principal: Principal, room: RoomOf, action: Action): Promise<Standing[]>;
}

export function createStandings(deps: {
  moderators: Pick<ModeratorStore, "has">;
  accounts: { byId: (id: string) => Promise<Account | null> };
  /** Whether an account subscribes to a channel, which is the owner of rooms. */
  subscribes: (accountId: string, ownerId: string) => Promise<boolean>;
}): Standings {
  async function ofAccount(account: Pick<Account, "id" | "role"> | null, room: RoomOf): Promise<Standing[]> {
    if (account === null) return accountStandings(null, room, { appointed: false, subscribes: false });
    const appointed = await deps.moderators.has(room.id, account.id);
    const subscribes = await deps.subscribes(account.id, room.ownerId);
    return accountStandings(account, room, { appointed, subscribes });
  }
  const ofPrincipal = (principal: Principal, room: RoomOf) =>
    ofAccount(principal.kind === "account" ? principal.account : null, room);

  return {
    ofAccount,
    ofPrincipal,
    async ofParticipant(participant, room) {
      const id = accountIdOf(participant);
      return ofAccount(id === null ? null : await deps.accounts.byId(id), room);
    },
    async require(principal, room, action) {
      const standings = await ofPrincipal(principal, room);
      if (may(standings, action)) return standings;
      throw new ProblemError(principal.kind === "visitor" ? "auth.required" : "auth.forbidden");
    },
  };
}

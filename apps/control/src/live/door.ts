import type { Account } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { OwnedRoom, RoomStore } from "../features/rooms/store.ts";
import type { TokenSigner } from "../features/tokens/signer.ts";
import { ProblemError } from "../problem-error.ts";
import { type Admission, isHost } from "../realtime/gateway.ts";
import { isIntegrators } from "./strangers.ts";

/** Whom the realtime edge lets into rooms. */
export interface Door {
  /**
   * Throws `token.*`, `account.disabled`, and `room.not_found`, also for a private room the bearer may not be in.
   */
  admit(token: unknown): Promise<Admission>;
  /** The room of somebody who was let in a moment ago. Throws `room.not_found` when it became private meanwhile. */
  roomOf(admission: Pick<Admission, "claims" | "trusted">): Promise<OwnedRoom>;
}

export function createDoor(deps: { signer: TokenSigner; rooms: RoomStore; accounts: AccountStore }): Door {
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
      const { room } = await findRoom(deps.rooms, claims.room);
      const account = await accountOf(claims.sub);
      const above = account !== null && (account.id === room.ownerId || account.role === "admin");
      const trusted = above || isIntegrators(claims.sub);
      requireTrusted(room.visibility, trusted);
      return { claims, trusted, insider: above || isHost(claims) };
    },
    async roomOf({ claims, trusted }) {
      const owned = await findRoom(deps.rooms, claims.room);
      requireTrusted(owned.room.visibility, trusted);
      return owned;
    },
  };
}

function requireTrusted(visibility: string, trusted: boolean): void {
  if (visibility === "private" && !trusted) throw new ProblemError("room.not_found");
}

import type { Room } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import { isUuid } from "../ids.ts";

/** true for who was sent by an integrator: only an API key of a room's owner, or of an admin, names such participants. */
export function isIntegrators(participant: string): boolean {
  return participant.startsWith("key:");
}

/** The account behind a participant; null: they have none here. */
export function accountIdOf(participant: string): string | null {
  const id = participant.startsWith("user:") ? participant.slice("user:".length) : "";
  return isUuid(id) ? id : null;
}

/**
 * Those who may not be in the room when it is private: everybody but its owner and moderators, admins and {@link isIntegrators}.
 */
export async function strangersAmong(
  participants: readonly string[],
  room: Pick<Room, "id" | "ownerId">,
  deps: {
    accounts: Pick<AccountStore, "adminsAmong">;
    moderatorsAmong: (roomId: string, accountIds: readonly string[]) => Promise<ReadonlySet<string>>;
  },
): Promise<string[]> {
  const doubtful = participants.filter(
    (participant) => !isIntegrators(participant) && accountIdOf(participant) !== room.ownerId,
  );
  const ids = doubtful.flatMap((participant) => accountIdOf(participant) ?? []);
  const admins = await deps.accounts.adminsAmong(ids);
  const moderators = await deps.moderatorsAmong(room.id, ids);
  const trusted = (id: string | null) => id !== null && (admins.has(id) || moderators.has(id));
  return doubtful.filter((participant) => !trusted(accountIdOf(participant)));
}

import type { Room } from "../db/schema.ts";
import type { AccountStore } from "../features/accounts/store.ts";

/** true for who was sent by an integrator: only an API key of a room's owner, or of an admin, names such participants. */
export function isIntegrators(participant: string): boolean {
  return participant.startsWith("key:");
}

const accountIdOf = (participant: string) =>
  participant.startsWith("user:") ? participant.slice("user:".length) : null;

/** Those who may not be in the room when it is private: everybody but its owner, admins and {@link isIntegrators}. */
export async function strangersAmong(
  participants: readonly string[],
  room: Pick<Room, "ownerId">,
  accounts: Pick<AccountStore, "adminsAmong">,
): Promise<string[]> {
  const doubtful = participants.filter(
    (participant) => !isIntegrators(participant) && accountIdOf(participant) !== room.ownerId,
  );
  const admins = await accounts.adminsAmong(
    doubtful.flatMap((participant) => {
      const id = accountIdOf(participant);
      return id === null ? [] : [id];
    }),
  );
  return doubtful.filter((participant) => !admins.has(accountIdOf(participant) ?? ""));
}

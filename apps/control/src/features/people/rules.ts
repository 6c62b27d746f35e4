import type { Standing } from "@sameroom/contract";
import type { Account, Room, Sanction } from "../../db/schema.ts";

/** What an account is to a room, before anything is said of tokens. */
export function accountStandings(
  account: Pick<Account, "id" | "role"> | null,
  room: Pick<Room, "ownerId">,
  { appointed, subscribes }: { appointed: boolean; subscribes: boolean },
): Standing[] {
  const standings: Standing[] = [];
  if (account?.id === room.ownerId) standings.push("owner");
  if (account?.role === "admin") standings.push("admin");
  if (appointed) standings.push("moderator");
  if (subscribes) standings.push("subscriber");
  return [...standings, "viewer"];
}

/** The account behind a participant, or null: guests and integrators' people have none here. */
export function accountIdOf(participant: string): string | null {
  return participant.startsWith("user:") ? participant.slice("user:".length) : null;
}

/**
 * What follows for somebody at the door from bans that know their device or their address: the same device is the same
 * person; the same address is suspicious in who came, or made an account, only after the ban. Null: nothing.
 */
export function judgeNewcomer(
  { firstSeen, accountSince }: { firstSeen: Date; accountSince: Date | null },
  matches: readonly { ban: Sanction; signal: "device" | "address" }[],
): { ban: Sanction; signal: "device" | "address"; kind: Sanction["kind"] } | null {
  const device = matches.find(({ signal }) => signal === "device");
  if (device !== undefined) return { ...device, kind: "ban" };
  const since = Math.min(firstSeen.getTime(), accountSince?.getTime() ?? Number.POSITIVE_INFINITY);
  const address = matches.find(({ ban }) => since >= ban.createdAt.getTime());
  return address === undefined ? null : { ...address, kind: "mute" };
}

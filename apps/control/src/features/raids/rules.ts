import type { RaidTarget } from "./store.ts";

/** Why a room cannot be raided, for the host who wants to; null: it can. */
export function whyNoRaid(target: RaidTarget, raider: string): string | null {
  const { room } = target;
  if (room.ownerId === raider) return "That is a room of your own.";
  if (room.visibility !== "public") return "Only public rooms can be raided.";
  if (room.state !== "live") return `${target.ownerName} is not live.`;
  if (target.from === "nobody") return `${target.ownerName} takes no raids.`;
  if (target.from === "followed" && !target.follows)
    return `${target.ownerName} takes raids only of people they follow.`;
  return null;
}

import type { Actor, RoomTokenClaims, Standing } from "@sameroom/contract";

/** Who did something over their socket, as the room's log has it. */
export function actorOf(data: {
  claims: Pick<RoomTokenClaims, "sub" | "name">;
  standings: readonly Standing[];
  /** Of a subscription, so far. */
  months: number;
}): Actor {
  const { sub, name } = data.claims;
  const standings = data.standings.filter((one) => one !== "viewer");
  const months = standings.includes("subscriber") ? { months: data.months } : {};
  return { participant: sub, name, standings, ...months };
}

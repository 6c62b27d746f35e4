import type { Battle, BattleSide, Challenge } from "@sameroom/contract";
import { type BattleState, INDEXES, type Index, otherOf, type Side } from "./rules.ts";

/** A battle as everybody in both rooms sees it; null while it is only a challenge. */
export function presentBattle(id: string, state: BattleState): Battle | null {
  const { phase, sides, rounds: _before, ...rest } = state;
  if (phase === "challenged") return null;
  return { ...rest, id, phase, sides: [presentSide(sides[0]), presentSide(sides[1])] };
}

/** A challenge as one of its rooms sees it. */
export function presentChallenge(id: string, state: BattleState, own: Index): Challenge {
  const { room, title, name } = state.sides[otherOf(own)];
  const { durationS, penaltyS, phaseEndsUnixMs } = state;
  return { battle: id, room, title, name, durationS, penaltyS, untilUnixMs: phaseEndsUnixMs ?? 0 };
}

/** Which side of a battle a room is; null: neither. */
export function sideOf({ sides }: BattleState, slug: string): Index | null {
  return INDEXES.find((index) => sides[index].room === slug) ?? null;
}

function presentSide(side: Side): BattleSide {
  const { room, title, participant, name, coins, supporters, again, awaySinceUnixMs } = side;
  return { room, title, participant, name, coins, supporters, again, here: awaySinceUnixMs === null };
}

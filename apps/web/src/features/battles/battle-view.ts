import type { Battle, BattleSide } from "@sameroom/contract";

/** A battle as one of its rooms looks at it. */
export interface BattleView {
  own: BattleSide;
  other: BattleSide;
  /** How much of the bar is the own side's, 0..1; it never vanishes. */
  share: number;
  /** null: not decided, or a draw. */
  won: boolean | null;
}

/** Least of the bar that a side has. */
const LEAST_SHARE = 0.14;

/** The battle from the side of a room, which is the left one for everybody in it. */
export function viewOf({ sides, outcome }: Battle, room: string): BattleView {
  const index = sides[1].room === room ? 1 : 0;
  const [own, other] = index === 0 ? sides : [sides[1], sides[0]];
  const all = own.coins + other.coins;
  const share = all === 0 ? 0.5 : own.coins / all;
  const winner = outcome?.winner ?? null;
  return {
    ...{ own, other, won: winner === null ? null : winner === index },
    share: Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, share)),
  };
}

/** What is said of a battle at this moment, and how long the moment still lasts, ms; null: it has no end. */
export function momentOf(battle: Battle, nowUnixMs: number): { words: string; leftMs: number | null } {
  const left = (until: number | null) => (until === null ? null : Math.max(0, until - nowUnixMs));
  switch (battle.phase) {
    case "starting":
      return { words: "Starts in", leftMs: left(battle.startsUnixMs) };
    case "running":
      // The clock here may be ahead of what was told.
      return nowUnixMs < battle.endsUnixMs
        ? { words: "Ends in", leftMs: left(battle.endsUnixMs) }
        : { words: "Counting the last gifts", leftMs: null };
    case "counting":
      return { words: "Counting the last gifts", leftMs: null };
    case "result": {
      const penalty = battle.outcome?.winner !== null && battle.penaltyS > 0;
      return { words: penalty ? "Penalty" : "Goodbye in", leftMs: left(battle.phaseEndsUnixMs) };
    }
    case "over":
      return { words: "The battle is over", leftMs: null };
  }
}

/** Who has won, in one sentence; null: not known yet. */
export function resultOf({ outcome, sides }: Battle): string | null {
  if (outcome === null) return null;
  if (outcome.winner === null) return "A draw";
  return `${sides[outcome.winner].name} wins`;
}

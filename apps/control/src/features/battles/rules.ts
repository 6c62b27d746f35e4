import {
  BATTLE_AFTER_MS,
  BATTLE_AWAY_MS,
  BATTLE_COUNTING_MS,
  BATTLE_LEAD_MS,
  type Battle,
  type BattlePhase,
  type BattleSide,
  type BattleTerms,
  CHALLENGE_MS,
} from "@sameroom/contract";
import { ProblemError } from "../../problem-error.ts";

/** A room in a battle. */
export interface Side {
  readonly roomId: string;
  readonly room: string;
  readonly title: string;
  readonly ownerId: string;
  readonly participant: string;
  readonly name: string;
  /** Since when its host is away; null: on air. */
  readonly awaySinceUnixMs: number | null;
  readonly again: boolean;
  readonly coins: number;
  readonly supporters: BattleSide["supporters"];
}

/** What was given to a side in a round. */
export type Tally = Pick<Side, "coins" | "supporters">;
export type Index = 0 | 1;
export type Outcome = NonNullable<Battle["outcome"]>;

/** A battle from the challenge to its end. Never changed, only replaced. */
export interface BattleState extends Readonly<BattleTerms> {
  readonly revision: number;
  readonly phase: "challenged" | BattlePhase;
  readonly round: number;
  /** The challenger first. */
  readonly sides: readonly [Side, Side];
  readonly startsUnixMs: number;
  readonly endsUnixMs: number;
  /** When the phase is over by itself; null: it is the last. */
  readonly phaseEndsUnixMs: number | null;
  readonly outcome: Outcome | null;
  /** Rounds before this one. */
  readonly rounds: readonly { startsUnixMs: number; coins: readonly [number, number]; outcome: Outcome }[];
}

export const INDEXES = [0, 1] as const;
export const otherOf = (index: Index): Index => (index === 0 ? 1 : 0);

export function challenge(
  sides: readonly [Side, Side],
  { durationS, penaltyS }: BattleTerms,
  nowUnixMs: number,
): BattleState {
  return {
    ...{ revision: 0, phase: "challenged", round: 1, sides, durationS, penaltyS },
    ...{ startsUnixMs: 0, endsUnixMs: 0, phaseEndsUnixMs: nowUnixMs + CHALLENGE_MS },
    ...{ outcome: null, rounds: [] },
  };
}

/** The rooms are joined, and the clock is set. Throws `battle.not_found` when it is too late. */
export function accept(state: BattleState, nowUnixMs: number): BattleState {
  if (advance(state, nowUnixMs).phase !== "challenged") throw new ProblemError("battle.not_found");
  return begin(state, nowUnixMs);
}

/** The challenge is declined, or taken back. */
export function decline(state: BattleState): BattleState {
  return state.phase === "challenged" ? over(state) : state;
}

/** What was given so far; counts until the result is known. */
export function tally(state: BattleState, tallies: readonly [Tally, Tally]): BattleState {
  if (!isScored(state)) return state;
  const same = INDEXES.every(
    (index) => JSON.stringify(tallyOf(state.sides[index])) === JSON.stringify(tallies[index]),
  );
  return same ? state : bothSides(state, (side, index) => ({ ...side, ...tallies[index] }));
}

/** Points are counted. */
export function isScored({ phase }: BattleState): boolean {
  return phase === "running" || phase === "counting";
}

/** The rooms show each other's host. */
export function isJoined({ phase }: BattleState): boolean {
  return phase !== "challenged" && phase !== "over";
}

/** A side's host is away, or back. */
export function away(state: BattleState, index: Index, sinceUnixMs: number | null): BattleState {
  const { awaySinceUnixMs } = state.sides[index];
  if (!isJoined(state) || (awaySinceUnixMs === null) === (sinceUnixMs === null)) return state;
  return oneSide(state, index, { awaySinceUnixMs: sinceUnixMs });
}

/** Nobody looked for a while: who is away is waited for as if they were lost now. */
export function resume(state: BattleState, nowUnixMs: number): BattleState {
  if (!isJoined(state) || state.sides.every(({ awaySinceUnixMs }) => awaySinceUnixMs === null)) return state;
  return bothSides(state, (side) =>
    side.awaySinceUnixMs === null ? side : { ...side, awaySinceUnixMs: nowUnixMs },
  );
}

/** A side gives up, or its show is over: before the end it has lost. A challenge is void. */
export function leave(state: BattleState, index: Index): BattleState {
  switch (state.phase) {
    case "challenged":
    case "result":
      return over(state);
    case "counting":
      return over(decide(state));
    case "starting":
    case "running":
      return over({ ...state, outcome: { winner: otherOf(index), by: "forfeit" } });
    case "over":
      return state;
  }
}

/** A side wants another round, or does not any more; with both it begins. Throws `battle.not_found` where none can follow. */
export function again(
  state: BattleState,
  index: Index,
  { wanted, nowUnixMs }: { wanted: boolean; nowUnixMs: number },
): BattleState {
  if (state.phase !== "result" || state.outcome === null) throw new ProblemError("battle.not_found");
  if (state.sides[index].again === wanted) return state;
  const asked = oneSide(state, index, { again: wanted });
  if (!asked.sides.every((side) => side.again && side.awaySinceUnixMs === null)) return asked;
  const { startsUnixMs, outcome, sides } = state;
  const last = { startsUnixMs, outcome, coins: [sides[0].coins, sides[1].coins] as const };
  return begin({ ...asked, round: state.round + 1, rounds: [...state.rounds, last] }, nowUnixMs);
}

/** All that has become due by now, one after the other. */
export function advance(state: BattleState, nowUnixMs: number): BattleState {
  let current = state;
  for (;;) {
    const due = deadlineOf(current);
    if (due === null || due > nowUnixMs) return current;
    current = step(current, due);
  }
}

/** When {@link advance} has something to do, ms since 1970, or null. */
export function deadlineOf(state: BattleState): number | null {
  const times = [state.phaseEndsUnixMs, ...lostAt(state)].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** What is due at this moment, and only then. */
function step(state: BattleState, dueUnixMs: number): BattleState {
  const lost = lostAt(state);
  if (lost.includes(dueUnixMs) && dueUnixMs !== state.phaseEndsUnixMs) return forfeit(state, lost, dueUnixMs);
  switch (state.phase) {
    case "starting":
      return { ...state, phase: "running", phaseEndsUnixMs: state.endsUnixMs };
    case "running":
      return { ...state, phase: "counting", phaseEndsUnixMs: state.endsUnixMs + BATTLE_COUNTING_MS };
    case "counting": {
      const decided = decide(state);
      const hasPenalty = decided.outcome?.winner !== null && state.penaltyS > 0;
      const lastsMs = hasPenalty ? state.penaltyS * 1_000 : BATTLE_AFTER_MS;
      return { ...decided, phase: "result", phaseEndsUnixMs: dueUnixMs + lastsMs };
    }
    case "challenged":
    case "result":
    case "over":
      return over(state);
  }
}

/** Who is away too long has lost; when nobody is there any more the points say who has won. */
function forfeit(state: BattleState, lost: readonly (number | null)[], dueUnixMs: number): BattleState {
  if (state.phase === "result") return over(state);
  const loser = lost.indexOf(dueUnixMs) as Index;
  const alone = state.sides[otherOf(loser)].awaySinceUnixMs === null;
  return over(alone ? { ...state, outcome: { winner: otherOf(loser), by: "forfeit" } } : decide(state));
}

/** When each side has been away too long. While the last gifts are counted nobody loses any more. */
function lostAt({ phase, sides }: BattleState): (number | null)[] {
  const counts = phase === "starting" || phase === "running" || phase === "result";
  return sides.map(({ awaySinceUnixMs }) =>
    counts && awaySinceUnixMs !== null ? awaySinceUnixMs + BATTLE_AWAY_MS : null,
  );
}

function decide(state: BattleState): BattleState {
  const [one, other] = state.sides;
  const winner = one.coins === other.coins ? null : one.coins > other.coins ? 0 : 1;
  return { ...state, outcome: { winner, by: "points" } };
}

function begin(state: BattleState, nowUnixMs: number): BattleState {
  const startsUnixMs = nowUnixMs + BATTLE_LEAD_MS;
  const endsUnixMs = startsUnixMs + state.durationS * 1_000;
  const fresh = { again: false, coins: 0, supporters: [] };
  return {
    ...bothSides(state, (side) => ({ ...side, ...fresh })),
    ...{ phase: "starting", startsUnixMs, endsUnixMs, phaseEndsUnixMs: startsUnixMs, outcome: null },
  };
}

function over(state: BattleState): BattleState {
  return { ...state, phase: "over", phaseEndsUnixMs: null };
}

function oneSide(state: BattleState, index: Index, changes: Partial<Side>): BattleState {
  return bothSides(state, (side, at) => (at === index ? { ...side, ...changes } : side));
}

function bothSides(state: BattleState, change: (side: Side, index: Index) => Side): BattleState {
  const [one, other] = state.sides;
  return { ...state, sides: [change(one, 0), change(other, 1)] };
}

function tallyOf({ coins, supporters }: Side): Tally {
  return { coins, supporters };
}

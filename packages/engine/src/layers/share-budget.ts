import type { SlotLadder } from "./slot-ladder.ts";

/** A slot that takes part in the sharing. */
export interface Sharer {
  ladder: SlotLadder;
  /** 0 first. */
  priority: number;
  /** Rung shown now, which is discounted; -1 for none. */
  current: number;
  /** Highest rung it may get, -1 for none; the first of all gets its cheapest nevertheless. */
  cap: number;
}

/** What is shown now counts for less, so that a frame too large is no reason to switch. */
const STAY_FACTOR = 0.9;
/** A choice by hand is obeyed from this share of its need on. */
export const MANUAL_SHARE = 0.5;

/**
 * Shares a budget, bits per second: the rung of each slot, -1 for none. `sharers` in order of priority. Each gets its cheapest
 * rung first, and the first of all gets it whatever it costs; then what was chosen by hand is obeyed, if half of its need is
 * there; what is left raises the slots of one priority round by round to the top before those of the next.
 */
export function shareBudget(sharers: readonly Sharer[], budgetBps: number): number[] {
  let left = budgetBps;
  const chosen = sharers.map(() => -1);
  const costOf = (which: number, rung: number): number => {
    if (rung < 0) return 0;
    const { ladder, current } = sharers[which]!;
    return ladder.rungs[rung]!.costBps * (rung === current ? STAY_FACTOR : 1);
  };
  const take = (which: number, rung: number, limitBps: number): boolean => {
    const more = costOf(which, rung) - costOf(which, chosen[which]!);
    if (more > limitBps) return false;
    left -= more;
    chosen[which] = rung;
    return true;
  };
  let first = true;
  for (const [which, { ladder, cap }] of sharers.entries()) {
    if (ladder.rungs.length === 0) continue;
    if (first) take(which, 0, Number.POSITIVE_INFINITY);
    else if (cap >= 0) take(which, 0, left);
    first = false;
  }
  for (const [which, { ladder, cap }] of sharers.entries()) {
    const top = ladder.rungs.length - 1;
    if (!ladder.manual || cap < top || chosen[which]! < 0) continue;
    const there = left + costOf(which, chosen[which]!);
    if (there >= ladder.rungs[top]!.costBps * MANUAL_SHARE) take(which, top, Number.POSITIVE_INFINITY);
  }
  const raise = (which: number): boolean => {
    const { ladder, cap } = sharers[which]!;
    if (chosen[which]! < 0) return false;
    const top = Math.min(cap, ladder.rungs.length - 1);
    // A step too dear may be followed by the one shown now, which is discounted.
    for (let rung = chosen[which]! + 1; rung <= top; rung++) if (take(which, rung, left)) return true;
    return false;
  };
  for (const group of groupsOf(sharers)) while (group.filter(raise).length > 0);
  return chosen;
}

/** Indices of the slots of each priority. */
function groupsOf(sharers: readonly Sharer[]): number[][] {
  const groups: number[][] = [];
  for (const [which, { priority }] of sharers.entries()) {
    if (which > 0 && sharers[which - 1]!.priority === priority) groups.at(-1)!.push(which);
    else groups.push([which]);
  }
  return groups;
}

import { SCREENING_POLICIES, type ScreeningPolicy, type Standing, type Veil } from "@sameroom/contract";
import type { FlaggedFrame } from "../../db/schema.ts";

const strictness = (policy: ScreeningPolicy): number => SCREENING_POLICIES.indexOf(policy);

/** Whether somebody may set this for a room: admins anything, owners nothing laxer than the house has it. */
export function maySetPolicy(
  policy: ScreeningPolicy | null,
  house: ScreeningPolicy,
  standings: readonly Standing[],
): boolean {
  return policy === null || standings.includes("admin") || strictness(policy) >= strictness(house);
}

/** What lies over a show with these pictures: the strictest that is not cleared. */
export function veilOf(frames: readonly Pick<FlaggedFrame, "action" | "state">[]): Veil | null {
  const actions = frames.filter(({ state }) => state !== "cleared").map(({ action }) => action);
  if (actions.includes("pause")) return "pause";
  return actions.includes("blur") ? "blur" : null;
}

/** Nobody is asked again about the same show so soon after they said that it is harmless, milliseconds. */
export const CLEARED_FOR_MS = 120_000;
/** Nor so soon after the last picture that still waits. */
export const ASKED_FOR_MS = 300_000;

/** Whether another picture of a show is worth judging. */
export function isDue(
  frames: readonly Pick<FlaggedFrame, "state" | "at" | "decidedAt" | "action">[],
  policy: ScreeningPolicy,
  nowUnixMs: number,
): boolean {
  if (policy === "off") return false;
  const within = (at: Date | null, ms: number) => at !== null && nowUnixMs - at.getTime() < ms;
  if (frames.some(({ state, decidedAt }) => state === "cleared" && within(decidedAt, CLEARED_FOR_MS)))
    return false;
  const open = frames.filter(({ state }) => state !== "cleared");
  // As much as can be done is done.
  if (open.some(({ action }) => action !== "flag" && strictness(action) >= strictness(policy))) return false;
  return !open.some(({ state, at }) => state === "waiting" && within(at, ASKED_FOR_MS)) || policy !== "flag";
}

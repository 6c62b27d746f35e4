import type { Finding, Severity } from "@sameroom/contract";
import type { BroadcastFinding } from "../../db/schema.ts";

const GRAVITY: Record<Severity, number> = { info: 0, warning: 1, problem: 2 };

/**
 * What is to be written down when these are a broadcast's findings now: rows that are new or changed. Of each code the worst
 * severity and the newest values are kept.
 */
export function keepFindings(
  kept: readonly BroadcastFinding[],
  now: readonly Finding[],
  context: { broadcastId: string; at: Date },
): BroadcastFinding[] {
  const { broadcastId, at } = context;
  const present = now.map((finding): BroadcastFinding => {
    const { code, severity, repaired, values } = finding;
    const before = kept.find((row) => row.code === code);
    if (before === undefined) {
      const firstAt = new Date(finding.sinceUnixMs);
      return { broadcastId, code, severity, repaired, values, firstAt, lastAt: null, times: 1 };
    }
    const worst = GRAVITY[severity] > GRAVITY[before.severity] ? severity : before.severity;
    const times = before.lastAt === null ? before.times : before.times + 1;
    return { ...before, severity: worst, repaired, values, lastAt: null, times };
  });
  const over = kept.filter((row) => row.lastAt === null && !now.some(({ code }) => code === row.code));
  return [...present, ...over.map((row) => ({ ...row, lastAt: at }))];
}

/** Worst first, then in the order they came. */
export function byGravity(
  one: { severity: Severity; firstAt: Date },
  other: { severity: Severity; firstAt: Date },
): number {
  return GRAVITY[other.severity] - GRAVITY[one.severity] || one.firstAt.getTime() - other.firstAt.getTime();
}

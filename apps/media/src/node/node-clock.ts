import { performance } from "node:perf_hooks";
import type { Clock } from "@sameroom/base";

/** What is left of `Date.now()`'s resolution; a larger difference means that the system's clock was set. */
const TOLERANCE_MS = 5;

/**
 * This node's clock, on which capture times are expressed: wall time, sub-millisecond, that runs evenly and follows the
 * system's clock only when that was set (the wire's sender reports read the system's clock, and both must agree).
 */
export function createNodeClock(
  monotonicMs: () => number = () => performance.now(),
  systemMs: () => number = Date.now,
): Clock {
  let offsetMs = systemMs() - monotonicMs();
  return {
    nowMs: monotonicMs,
    unixMs() {
      const nowMs = monotonicMs();
      const differenceMs = systemMs() - (nowMs + offsetMs);
      // The system's clock is read in whole milliseconds: the truth is up to one later.
      if (differenceMs > 0 || differenceMs < -TOLERANCE_MS) offsetMs += differenceMs;
      return nowMs + offsetMs;
    },
  };
}

/** The process's own. */
export const nodeClock: Clock = createNodeClock();

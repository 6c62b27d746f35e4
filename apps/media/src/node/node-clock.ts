import { performance } from "node:perf_hooks";
import type { Clock } from "@sameroom/base";

/**
 * This node's clock, on which capture times are expressed: wall time at the start plus monotonic time since, so that
 * it never jumps while streams run. Sub-millisecond.
 */
export const nodeClock: Clock = {
  nowMs: () => performance.now(),
  unixMs: () => performance.timeOrigin + performance.now(),
};

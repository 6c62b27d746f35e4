import type { Clock, Timers } from "@sameroom/base";

/** Time as features take it: production hands in {@link systemTime}, tests a fake clock. */
export type Time = Clock & Timers;

/** The machine's clock and timers. */
export const systemTime: Time = {
  nowMs: () => performance.now(),
  unixMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

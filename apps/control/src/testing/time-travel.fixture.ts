import { systemTime, type Time } from "../clock.ts";

/** Time that begins at one and the same moment, goes on by itself, and can be sent ahead: whatever was due meanwhile happens at once. */
export interface TimeTravel extends Time {
  pass(ms: number): void;
}

export function createTimeTravel(startUnixMs: number): TimeTravel {
  const due = new Set<{ atMs: number; run: () => void }>();
  const begunMs = systemTime.nowMs();
  let aheadMs = 0;
  const nowMs = () => systemTime.nowMs() - begunMs + aheadMs;
  return {
    nowMs,
    unixMs: () => Math.floor(startUnixMs + nowMs()),
    after(delayMs, callback) {
      const one = {
        atMs: nowMs() + delayMs,
        run() {
          forget();
          callback();
        },
      };
      const cancel = systemTime.after(delayMs, one.run);
      const forget = () => {
        due.delete(one);
        cancel();
      };
      due.add(one);
      return forget;
    },
    pass(ms) {
      aheadMs += ms;
      for (const one of [...due]) if (one.atMs <= nowMs()) one.run();
    },
  };
}

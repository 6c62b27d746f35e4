/** Work may take this long at once: each step of what people do, a few in a row, waits for its end. */
export const WORK_MS = 4;

/** Sends something, and says how long that took, ms. */
type Work = () => number;

/**
 * Shares the process's time between sending to all of its rooms and everything else: each time round the event loop some milliseconds of
 * work are done, in the order in which it came, and then whatever has come in has its turn.
 */
export interface SendingTurns {
  /** Does it now, and returns null; or when it has its turn, and returns a function that calls it off. */
  take(work: Work): (() => void) | null;
}

/** `nextTime`: runs an action the next time round the event loop. */
export function createSendingTurns(nextTime: (action: () => void) => void): SendingTurns {
  const waiting = new Set<Work>();
  let spentMs = 0;
  let isAskedFor = false;
  let isWorking = false;

  function run(work: Work): void {
    if (!isAskedFor) nextTime(begin);
    isAskedFor = true;
    isWorking = true;
    try {
      spentMs += work();
    } finally {
      isWorking = false;
    }
  }

  function begin(): void {
    isAskedFor = false;
    spentMs = 0;
    for (const work of waiting) {
      if (spentMs >= WORK_MS) return;
      waiting.delete(work);
      run(work);
    }
  }

  return {
    take(work) {
      if (!isWorking && waiting.size === 0 && spentMs < WORK_MS) {
        run(work);
        return null;
      }
      waiting.add(work);
      return () => waiting.delete(work);
    },
  };
}

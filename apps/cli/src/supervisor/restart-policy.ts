/** Decides how long a child that died waits for its next start. */
export interface RestartPolicy {
  /** The child died; `nowMs` on the same clock as {@link RestartPolicy.ready}. Delay before the next start, ms. */
  died(nowMs: number): number;
  /** The child works. */
  ready(nowMs: number): void;
  /** Deaths in a row without a stable while in between. */
  readonly deaths: number;
}

/** Working for so long makes the next death a first one again. */
const stableMs = 30_000;
const firstDelayMs = 500;
const longestDelayMs = 10_000;

/** At once the first time, then 0.5 s, 1 s, 2 s ... 10 s. Never gives up. */
export function createRestartPolicy(): RestartPolicy {
  let deaths = 0;
  let readySince: number | undefined;
  return {
    get deaths() {
      return deaths;
    },
    died(nowMs) {
      if (readySince !== undefined && nowMs - readySince >= stableMs) deaths = 0;
      readySince = undefined;
      deaths += 1;
      return deaths === 1 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (deaths - 2));
    },
    ready(nowMs) {
      readySince = nowMs;
    },
  };
}

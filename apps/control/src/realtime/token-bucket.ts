/** Allows `burst` events at once and `perSecond` in the long run. Time is an argument, milliseconds. */
export interface TokenBucket {
  take(nowMs: number): boolean;
}

export function createTokenBucket(options: { burst: number; perSecond: number; nowMs: number }): TokenBucket {
  let tokens = options.burst;
  let lastMs = options.nowMs;
  return {
    take(nowMs) {
      tokens = Math.min(options.burst, tokens + ((nowMs - lastMs) / 1000) * options.perSecond);
      lastMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

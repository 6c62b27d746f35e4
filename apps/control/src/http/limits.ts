/** How often one address may do what is costly or worth guessing at. */
export interface RateLimits {
  logIn: { max: number; timeWindow: number };
  signUp: { max: number; timeWindow: number };
  /** Generous: a whole school may share one address and open the room in the same minute. */
  tokens: { max: number; timeWindow: number };
  uploads: { max: number; timeWindow: number };
  /** What is asked of a payment provider. */
  payments: { max: number; timeWindow: number };
}

const MINUTE_MS = 60_000;

export const RATE_LIMITS: RateLimits = {
  logIn: { max: 20, timeWindow: MINUTE_MS },
  signUp: { max: 30, timeWindow: 10 * MINUTE_MS },
  tokens: { max: 600, timeWindow: MINUTE_MS },
  uploads: { max: 60, timeWindow: MINUTE_MS },
  payments: { max: 30, timeWindow: MINUTE_MS },
};

import type { Clock } from "@sameroom/base";
import type { Account } from "../../db/schema.ts";
import { hashSecret, newSecret } from "../../secrets.ts";
import type { SessionStore } from "./session-store.ts";

const DAY_MS = 86_400_000;
/** A log-in ends after this much silence. */
export const SESSION_TTL_MS = 30 * DAY_MS;
/** The end is put off at most this often, so that not every request writes. */
const EXTEND_EVERY_MS = DAY_MS;

/** Log-ins: a random secret in the browser's cookie, its hash in the database. */
export interface Sessions {
  /** Starts one; returns the secret for the cookie. */
  start(accountId: string): Promise<string>;
  /** The account of a cookie's secret, or null when it is unknown or over. `extended`: send the cookie again. */
  resolve(secret: string): Promise<{ account: Account; extended: boolean } | null>;
  end(secret: string): Promise<void>;
  endAllOf(accountId: string): Promise<void>;
  /** Forgets those that are over. */
  sweep(): Promise<void>;
}

export function createSessions(deps: { store: SessionStore; clock: Clock }): Sessions {
  const { store, clock } = deps;
  const expiry = (nowMs: number) => new Date(nowMs + SESSION_TTL_MS);
  return {
    async start(accountId) {
      const secret = newSecret("srs_");
      const nowMs = clock.unixMs();
      await store.insert({
        secretHash: hashSecret(secret),
        accountId,
        createdAt: new Date(nowMs),
        expiresAt: expiry(nowMs),
      });
      return secret;
    },
    async resolve(secret) {
      const found = await store.find(hashSecret(secret));
      if (found === null) return null;
      const nowMs = clock.unixMs();
      const leftMs = found.session.expiresAt.getTime() - nowMs;
      if (leftMs <= 0) {
        await store.remove(found.session.secretHash);
        return null;
      }
      const extended = leftMs < SESSION_TTL_MS - EXTEND_EVERY_MS;
      if (extended) await store.extend(found.session.secretHash, expiry(nowMs));
      return { account: found.account, extended };
    },
    end: (secret) => store.remove(hashSecret(secret)),
    endAllOf: (accountId) => store.removeOf(accountId),
    sweep: () => store.removeExpired(new Date(clock.unixMs())),
  };
}

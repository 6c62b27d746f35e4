import type { Clock } from "@sameroom/base";
import type { Account, ApiKey } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import { hashSecret, newSecret } from "../../secrets.ts";
import type { ApiKeyStore } from "./store.ts";

const PREFIX = "srk_";
/** Characters of a key that stay visible. */
const SHOWN = 10;
const MAX_KEYS = 50;
/** `lastUsedAt` is this coarse, so that not every request writes. */
const TOUCH_EVERY_MS = 60_000;

/** Makes and checks API keys. */
export interface ApiKeys {
  /** The only time the secret is seen. Throws `auth.forbidden` beyond 50 keys. */
  create(accountId: string, name: string): Promise<{ key: ApiKey; secret: string }>;
  /** The account a secret acts for, or null. */
  accountOf(secret: string): Promise<Account | null>;
}

export function createApiKeys(deps: { store: ApiKeyStore; clock: Clock }): ApiKeys {
  const { store, clock } = deps;
  return {
    async create(accountId, name) {
      if ((await store.of(accountId)).length >= MAX_KEYS)
        throw new ProblemError("auth.forbidden", { detail: `An account has at most ${MAX_KEYS} API keys.` });
      const secret = newSecret(PREFIX);
      const nowMs = clock.unixMs();
      const key: ApiKey = {
        id: newId(nowMs),
        accountId,
        name,
        prefix: secret.slice(0, SHOWN),
        secretHash: hashSecret(secret),
        createdAt: new Date(nowMs),
        lastUsedAt: null,
      };
      await store.insert(key);
      return { key, secret };
    },
    async accountOf(secret) {
      if (!secret.startsWith(PREFIX)) return null;
      const found = await store.find(hashSecret(secret));
      if (found === null) return null;
      const nowMs = clock.unixMs();
      if (nowMs - (found.key.lastUsedAt?.getTime() ?? 0) >= TOUCH_EVERY_MS)
        await store.touch(found.key.id, new Date(nowMs));
      return found.account;
    },
  };
}

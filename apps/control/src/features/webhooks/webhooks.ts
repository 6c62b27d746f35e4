import type { Clock } from "@sameroom/base";
import {
  MAX_WEBHOOKS,
  type NewWebhookAnswer,
  type newWebhookSchema,
  type webhookChangesSchema,
} from "@sameroom/contract";
import type { z } from "zod";
import type { WebhookRow } from "../../db/schema.ts";
import { newId } from "../../ids.ts";
import { ProblemError } from "../../problem-error.ts";
import { openSecret, sealSecret } from "../../seal.ts";
import { presentWebhook } from "./present.ts";
import { newSecret } from "./signature.ts";
import type { WebhookStore } from "./store.ts";

/** What owners do with their webhooks. All throw `webhook.not_found` for one that is not theirs. */
export interface Webhooks {
  find(accountId: string, id: string): Promise<WebhookRow>;
  /** Throws `webhook.limit`. The secret is in the answer and nowhere else. */
  add(accountId: string, wanted: z.output<typeof newWebhookSchema>): Promise<NewWebhookAnswer>;
  change(accountId: string, id: string, changes: z.output<typeof webhookChangesSchema>): Promise<WebhookRow>;
  /** Null: sealed with another key. */
  secretOf(webhook: Pick<WebhookRow, "id" | "secret">): string | null;
}

export function createWebhooks(deps: { store: WebhookStore; clock: Clock; sealingKey: Buffer }): Webhooks {
  const { store, clock, sealingKey } = deps;
  async function find(accountId: string, id: string): Promise<WebhookRow> {
    const found = await store.find(accountId, id);
    if (found === null) throw new ProblemError("webhook.not_found");
    return found;
  }

  return {
    find,
    async add(accountId, { url, types }) {
      if ((await store.of(accountId)).length >= MAX_WEBHOOKS) throw new ProblemError("webhook.limit");
      const nowMs = clock.unixMs();
      const id = newId(nowMs);
      const secret = newSecret();
      const row: WebhookRow = {
        ...{ id, accountId, url, types: [...new Set(types)], enabled: true, createdAt: new Date(nowMs) },
        secret: sealSecret(secret, sealingKey, id),
      };
      await store.add(row);
      return { ...presentWebhook(row, []), secret };
    },
    async change(accountId, id, changes) {
      const before = await find(accountId, id);
      const { url = before.url, types = before.types, enabled = before.enabled } = changes;
      await store.update(id, { url, types: [...new Set(types)], enabled });
      if (url !== before.url || (enabled && !before.enabled)) await store.forgive(id);
      return find(accountId, id);
    },
    secretOf: ({ id, secret }) => openSecret(secret, sealingKey, id),
  };
}

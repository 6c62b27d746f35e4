import type { Delivery, Webhook } from "@sameroom/contract";
import type { WebhookCursor, WebhookRow } from "../../db/schema.ts";
import type { KeptDelivery } from "./store.ts";

/** A webhook as its owner sees it; `failing`: its cursors that have failed since their last success, the oldest first. */
export function presentWebhook(row: WebhookRow, failing: readonly WebhookCursor[]): Webhook {
  const { id, url, types, enabled, createdAt } = row;
  const worst = failing.find(({ webhookId }) => webhookId === id);
  return {
    ...{ id, url, types, enabled, createdAt: createdAt.toISOString() },
    failing:
      worst === undefined
        ? null
        : {
            since: (worst.failingSince ?? createdAt).toISOString(),
            attempts: worst.failures,
            fault: worst.fault ?? "",
            nextAt: enabled ? (worst.nextAt?.toISOString() ?? null) : null,
          },
  };
}

export function presentDelivery(row: KeptDelivery): Delivery {
  const { id, room, sequence, type, attempt, status, fault, durationMs, at } = row;
  return { id, room, sequence, type, attempt, status, fault, durationMs, at: at.toISOString() };
}

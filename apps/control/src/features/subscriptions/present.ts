import type { RunningSubscription, SubscriptionOrder, SubscriptionPayment, Tier } from "@sameroom/contract";
import type { TierRow } from "../../db/schema.ts";
import type { NamedOrder, NamedPayment } from "./order-store.ts";
import type { Running } from "./period-store.ts";

export function presentTier({ level, name, perks, amount, currency, offered }: TierRow): Tier {
  return { level, name, perks, price: { amount, currency }, offered };
}

/** To who has it. */
export function presentRunning(running: Running): RunningSubscription {
  const { level, tierName, until, months, kind, orderId, renews, buyer } = running;
  const own = kind === "own";
  return {
    ...{ level, tier: tierName, until: until.toISOString(), months },
    ...{ order: own ? orderId : null, renews: own && renews, giver: own ? null : buyer },
  };
}

/** With the address where it can be paid, while it can be. `recipients`: names. */
export function presentOrder(
  { order, channel, room }: NamedOrder,
  recipients: readonly string[],
): SubscriptionOrder {
  const { id, kind, state, provider, level, tierName, months, amount, currency, renews } = order;
  return {
    ...{ id, kind, state, provider, room, level, tier: tierName, months, renews },
    channel: { id: order.channelId, name: channel },
    price: { amount, currency },
    recipients: [...recipients],
    until: order.endsAt?.toISOString() ?? null,
    createdAt: order.createdAt.toISOString(),
    checkoutUrl: state === "open" ? order.checkoutUrl : null,
  };
}

export function presentPayment({ payment, order, buyer, channel }: NamedPayment): SubscriptionPayment {
  const { id, kind, amount, currency, refundedAmount, at } = payment;
  return {
    ...{ id, kind, refundedAmount, buyer, channel, tier: order.tierName, provider: order.provider },
    state: refundedAmount >= amount ? "refunded" : "paid",
    price: { amount, currency },
    at: at.toISOString(),
  };
}

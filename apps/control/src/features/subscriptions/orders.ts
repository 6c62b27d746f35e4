import type { Clock } from "@sameroom/base";
import type { NewSubscription, newSubscriptionGiftSchema } from "@sameroom/contract";
import type { z } from "zod";
import type { Room, SubscriptionOrderRow, TierRow } from "../../db/schema.ts";
import { isOfCoins, type PaymentProvider } from "../../payment-provider.ts";
import { ProblemError } from "../../problem-error.ts";
import type { NamedOrder, OrderStore } from "./order-store.ts";
import type { PeriodStore } from "./period-store.ts";
import { drawLots } from "./rules.ts";
import type { SettleSubscriptions } from "./settle.ts";
import type { TierStore } from "./tier-store.ts";

export interface OrdersDeps {
  tiers: TierStore;
  store: OrderStore;
  periods: PeriodStore;
  /** Null: nothing is sold. */
  provider: PaymentProvider | null;
  settle: SettleSubscriptions;
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
}

interface Buyer {
  accountId: string;
  /** Of the web app as they see it. */
  origin: string;
}
type GiftWish = z.output<typeof newSubscriptionGiftSchema>;

/** Subscriptions for money: ordered here, paid at the provider, granted once its word is here. */
export interface SubscriptionOrders {
  /**
   * Opens a checkout for a subscription of one's own; with the same id again the one that is there. Throws `payment.off`,
   * `payment.unavailable`, `subscription.*`.
   */
  subscribe(wanted: NewSubscription, room: Room, buyer: Buyer): Promise<NamedOrder>;
  /** The same for a gift. `present`: accounts of those who are in the room. */
  give(wanted: GiftWish, room: Room, buyer: Buyer & { present: readonly string[] }): Promise<NamedOrder>;
  /** What became of somebody's own order; asks the provider while it is open. Throws `subscription.not_found`. */
  look(id: string, accountId: string): Promise<NamedOrder>;
  /** Ends it with what is paid, or lets it go on. Throws `subscription.not_found`, `subscription.ended`. */
  setRenewal(id: string, accountId: string, renews: boolean): Promise<NamedOrder>;
  /** What the buyer does on the sandbox's page. Throws `payment.off`, `purchase.settled`. */
  paySandbox(id: string, accountId: string, pays: boolean): Promise<NamedOrder>;
}

export function createSubscriptionOrders(deps: OrdersDeps): SubscriptionOrders {
  const { store, periods, provider, settle, clock } = deps;
  const now = () => new Date(clock.unixMs());

  function requireProvider(name?: SubscriptionOrderRow["provider"]): PaymentProvider {
    if (provider === null || (name !== undefined && provider.name !== name))
      throw new ProblemError("payment.off");
    return provider;
  }

  async function requireOrder(id: string, accountId: string): Promise<NamedOrder> {
    const found = await store.find(id);
    if (found === null || found.order.buyerId !== accountId) throw new ProblemError("subscription.not_found");
    return found;
  }

  async function requireTier(channelId: string, level: number): Promise<TierRow> {
    const tiers = await deps.tiers.of(channelId, { offeredOnly: true });
    const tier = tiers.find((one) => one.level === level);
    if (tier === undefined) throw new ProblemError("subscription.not_offered");
    return tier;
  }

  /** The order of this id, if there is one. Throws for somebody else's. */
  async function known(id: string, { accountId }: Buyer): Promise<NamedOrder | null> {
    const found = await store.find(id);
    if (found !== null && found.order.buyerId !== accountId) throw new ProblemError("subscription.not_found");
    return found;
  }

  async function open(id: string, { accountId, origin }: Buyer): Promise<NamedOrder> {
    const found = await requireOrder(id, accountId);
    const { order, channel } = found;
    if (order.state !== "open" || order.checkoutUrl !== null) return found;
    const { kind, tierName, months, recipients, amount, currency } = order;
    const people = recipients.length > 1 ? ` × ${recipients.length}` : "";
    const { reference, url } = await requireProvider(order.provider).open({
      id,
      sale: kind === "own" ? "subscription" : "subscription-gift",
      product:
        kind === "own"
          ? `${channel}: ${tierName}`
          : `${channel}: ${tierName}, ${months === 1 ? "1 month" : `${months} months`}${people}`,
      ...{ price: { amount, currency }, origin, backTo: `/wallet?view=subscriptions&order=${id}` },
    });
    await store.update(id, { reference, checkoutUrl: url });
    return { ...found, order: { ...order, reference, checkoutUrl: url } };
  }

  function rowOf(
    { id }: { id: string },
    { room, tier, buyer }: { room: Room; tier: TierRow; buyer: Buyer },
  ): Omit<SubscriptionOrderRow, "kind" | "months" | "recipients" | "amount"> {
    return {
      ...{ id, state: "open", buyerId: buyer.accountId, channelId: room.ownerId, roomId: room.id },
      ...{ level: tier.level, tierName: tier.name, currency: tier.currency },
      ...{ provider: requireProvider().name, reference: null, subscription: null, checkoutUrl: null },
      ...{ renews: false, createdAt: now(), startedAt: null, endsAt: null },
    };
  }

  async function recipientsOf(
    { to }: Pick<GiftWish, "to">,
    room: Room,
    { accountId, present }: { accountId: string; present: readonly string[] },
  ): Promise<string[]> {
    const others = [...new Set(present)].filter((id) => id !== accountId && id !== room.ownerId);
    const subscribers = await periods.among(room.ownerId, others, now());
    if ("participant" in to) {
      const wanted = others.find((id) => `user:${id}` === to.participant);
      if (wanted === undefined) throw new ProblemError("subscription.nobody");
      const running = subscribers.has(wanted) ? await periods.running(wanted, room.ownerId, now()) : null;
      if (running?.renews === true)
        throw new ProblemError("subscription.already", { detail: "They have a subscription that renews." });
      return [wanted];
    }
    const without = others.filter((id) => !subscribers.has(id));
    if (without.length < to.random)
      throw new ProblemError("subscription.nobody", {
        detail: `${without.length} of those who are here can be given one.`,
      });
    return drawLots(without, to.random, deps.random);
  }

  return {
    async subscribe({ id, level }, room, buyer) {
      const paying = requireProvider();
      if ((await known(id, buyer)) !== null) return await open(id, buyer);
      if (room.ownerId === buyer.accountId) throw new ProblemError("subscription.own_channel");
      const tier = await requireTier(room.ownerId, level);
      const active = await store.own(buyer.accountId, room.ownerId, ["active"]);
      if (active.some(({ renews }) => renews))
        throw new ProblemError("subscription.already", { detail: "You subscribe already." });
      // Nobody shall pay for two: what was opened before and not paid is over.
      for (const { id: before, reference } of await store.own(buyer.accountId, room.ownerId, ["open"])) {
        if (reference !== null) await paying.close(reference);
        await settle({ type: "order-failed", order: before });
      }
      const row = rowOf({ id }, { room, tier, buyer });
      await store.insert({ ...row, kind: "own", months: 1, recipients: [], amount: tier.amount });
      return await open(id, buyer);
    },
    async give(wanted, room, buyer) {
      requireProvider();
      const { id, level, months } = wanted;
      if ((await known(id, buyer)) !== null) return await open(id, buyer);
      const tier = await requireTier(room.ownerId, level);
      const recipients = await recipientsOf(wanted, room, buyer);
      const amount = tier.amount * months * recipients.length;
      await store.insert({
        ...rowOf({ id }, { room, tier, buyer }),
        ...{ kind: "gift", months, recipients, amount },
      });
      return await open(id, buyer);
    },
    async look(id, accountId) {
      const found = await requireOrder(id, accountId);
      const { state, reference } = found.order;
      if (state !== "open" || reference === null || found.order.provider !== provider?.name) return found;
      const fact = await provider.look(reference);
      if (fact === null || isOfCoins(fact)) return found;
      await settle(fact);
      return await requireOrder(id, accountId);
    },
    async setRenewal(id, accountId, renews) {
      const { order } = await requireOrder(id, accountId);
      const isOver = order.state !== "active" || order.endsAt === null || order.endsAt <= now();
      if (order.kind !== "own" || (isOver && renews)) throw new ProblemError("subscription.ended");
      const { subscription } = order;
      if (subscription !== null) await requireProvider(order.provider).setRenewal(subscription, renews);
      await settle({ type: "renewal", order: id, subscription: subscription ?? id, renews, ended: false });
      return await requireOrder(id, accountId);
    },
    async paySandbox(id, accountId, pays) {
      const { order } = await requireOrder(id, accountId);
      if (provider?.name !== "sandbox" || order.provider !== "sandbox") throw new ProblemError("payment.off");
      if (order.state !== "open") throw new ProblemError("purchase.settled");
      const { amount, currency } = order;
      const key = `sandbox-${id}-1`;
      await settle(
        pays
          ? {
              ...{ type: "month-paid", order: id, key, payment: key, price: { amount, currency } },
              ...{ subscription: null, untilUnixMs: null },
            }
          : { type: "order-failed", order: id },
      );
      return await requireOrder(id, accountId);
    },
  };
}

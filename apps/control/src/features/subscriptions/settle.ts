import type { Clock, Log } from "@sameroom/base";
import type { Price } from "@sameroom/contract";
import type { Database, Queryable } from "../../db/database.ts";
import type { SubscriptionOrderRow, SubscriptionPaymentRow } from "../../db/schema.ts";
import { isUuid, newId } from "../../ids.ts";
import type { PaymentFact, PaymentProvider, SubscriptionFact } from "../../payment-provider.ts";
import type { PostTransfers, TransferDraft } from "../../points.ts";
import { createOrderStore } from "./order-store.ts";
import { createPeriodStore } from "./period-store.ts";
import { addMonths, divideMoney, monthsFrom, reversedOf } from "./rules.ts";

/** A refund of a payment that may be one for a subscription. */
export type RefundFact = Extract<PaymentFact, { type: "refunded" }>;

/** Takes a provider's word about subscriptions, any number of times, in any order. */
export type SettleSubscriptions = (fact: SubscriptionFact | RefundFact) => Promise<void>;

export interface SettleDeps {
  db: Database["orm"];
  /** Whose word it is. */
  provider: Pick<PaymentProvider, "name" | "end">;
  post: PostTransfers;
  /** How money becomes earnings: points that are worth as much when they are paid out, less the commission. */
  rates: { per1000Coins: Price; commissionPercent: number };
  clock: Clock;
  log: Log;
  /** Payments are to be told, or months to be closed. */
  wake: () => void;
}

type MonthPaid = Extract<SubscriptionFact, { type: "month-paid" }>;

export function createSettleSubscriptions(deps: SettleDeps): SettleSubscriptions {
  const { db, post, clock, log } = deps;
  const provider = deps.provider.name;

  async function pay(transaction: Queryable, fact: MonthPaid): Promise<void> {
    const orders = createOrderStore(transaction);
    const order = await orders.lock(fact.order);
    if (order === null || order.provider !== provider)
      return log.error("a subscription that was paid is not known", { order: fact.order });
    const { amount, currency } = fact.price;
    if (currency !== order.currency || amount < order.amount)
      return log.error("a subscription was not paid as it was offered", {
        order: order.id,
        amount,
        currency,
      });
    const now = new Date(clock.unixMs());
    const payment = paymentOf(order, fact, now);
    if (!(await orders.insertPayment(payment))) return;
    await earn(transaction, order, payment);
    const endsAt = await grant(transaction, order, { payment, fact, now });
    await orders.update(order.id, {
      ...{ state: "active", startedAt: order.startedAt ?? now, checkoutUrl: null },
      endsAt: order.endsAt !== null && order.endsAt > endsAt ? order.endsAt : endsAt,
      subscription: fact.subscription ?? order.subscription,
      // Whoever ended it meanwhile has ended it.
      renews: order.startedAt === null ? order.kind === "own" : order.renews,
    });
    const { kind } = payment;
    log.info("a subscription was paid", { order: order.id, kind, provider, until: endsAt.toISOString() });
  }

  function paymentOf(order: SubscriptionOrderRow, fact: MonthPaid, now: Date): SubscriptionPaymentRow {
    const { points, earned } = divideMoney(fact.price.amount, deps.rates);
    const again = order.startedAt === null ? "joined" : "renewed";
    return {
      ...{ id: newId(now.getTime()), orderId: order.id, key: fact.key, payment: fact.payment },
      kind: order.kind === "gift" ? "gifted" : again,
      ...{ amount: fact.price.amount, currency: fact.price.currency },
      ...{ points, earnedPoints: earned, refundedAmount: 0, reversedPoints: 0, at: now, toldAt: null },
    };
  }

  async function earn(
    transaction: Queryable,
    order: SubscriptionOrderRow,
    { id, points, earnedPoints }: SubscriptionPaymentRow,
  ): Promise<void> {
    if (points === 0) return;
    const entries: TransferDraft["entries"] = [
      { account: "house:issued", points: -points },
      { account: `earnings:${order.channelId}`, points: earnedPoints },
      { account: "house:commission", points: points - earnedPoints },
    ];
    const memo = order.kind === "gift" ? `Subscriptions given: ${order.tierName}` : order.tierName;
    await post(transaction, [
      {
        ...{ key: `subscription:${id}`, kind: "subscription", memo },
        entries: entries.filter((entry) => entry.points !== 0),
      },
    ]);
  }

  /** Writes down the months that are paid; returns when the last of them ends. */
  async function grant(
    transaction: Queryable,
    order: SubscriptionOrderRow,
    { payment, fact, now }: { payment: SubscriptionPaymentRow; fact: MonthPaid; now: Date },
  ): Promise<Date> {
    const periods = createPeriodStore(transaction);
    const row = { paymentId: payment.id, orderId: order.id, channelId: order.channelId };
    if (order.kind === "own") {
      const startsAt = order.endsAt ?? now;
      const months = await createOrderStore(transaction).payments(order.id);
      const byCalendar = addMonths(order.startedAt ?? now, months);
      const endsAt = fact.untilUnixMs === null ? byCalendar : new Date(fact.untilUnixMs);
      if (endsAt > startsAt) await periods.insert([{ ...row, accountId: order.buyerId, startsAt, endsAt }]);
      return endsAt;
    }
    // Months that are paid already come first.
    const ends = await periods.lastEnds(order.channelId, order.recipients);
    const granted = order.recipients.flatMap((accountId) => {
      const end = ends.get(accountId);
      const start = end !== undefined && end > now ? end : now;
      return monthsFrom(start, order.months).map((month) => ({ ...row, accountId, ...month }));
    });
    await periods.insert(granted);
    return new Date(Math.max(...granted.map(({ endsAt }) => endsAt.getTime())));
  }

  async function fail(transaction: Queryable, id: string): Promise<void> {
    const orders = createOrderStore(transaction);
    const order = await orders.lock(id);
    if (order?.state === "open" && order.provider === provider)
      await orders.update(id, { state: "failed", checkoutUrl: null });
  }

  async function renew(
    transaction: Queryable,
    fact: Extract<SubscriptionFact, { type: "renewal" }>,
  ): Promise<void> {
    const orders = createOrderStore(transaction);
    const order = await orders.lock(fact.order);
    if (order === null || order.provider !== provider || order.state !== "active") return;
    const { renews, ended } = fact;
    await orders.update(order.id, { renews, ...(ended ? { state: "ended" } : {}) });
    if (ended) log.info("a subscription has ended", { order: order.id });
  }

  /** Returns what is to be ended at the provider; null: nothing. */
  async function reverse(transaction: Queryable, fact: RefundFact): Promise<string | null> {
    const orders = createOrderStore(transaction);
    const payment = await orders.lockPayment({ payment: fact.payment });
    const order = payment === null ? null : await orders.lock(payment.orderId);
    // It may be anybody's who uses the same account of the provider.
    if (payment === null || order === null || order.provider !== provider) return null;
    const refundedAmount = Math.max(payment.refundedAmount, fact.amount);
    const reversed = reversedOf(payment, refundedAmount);
    if (reversed > payment.reversedPoints) await takeBack(transaction, { order, payment, reversed });
    await orders.updatePayment(payment.id, { refundedAmount, reversedPoints: reversed });
    const isWhole = refundedAmount >= payment.amount && payment.refundedAmount < payment.amount;
    if (!isWhole) return null;
    await createPeriodStore(transaction).cut(payment.id, new Date(clock.unixMs()));
    await orders.update(order.id, { state: "refunded", renews: false });
    log.info("a subscription was refunded", { order: order.id, refundedAmount });
    return order.renews ? order.subscription : null;
  }

  async function takeBack(
    transaction: Queryable,
    it: { order: SubscriptionOrderRow; payment: SubscriptionPaymentRow; reversed: number },
  ): Promise<void> {
    const { order, payment, reversed } = it;
    const earnedOf = (points: number) =>
      reversedOf({ points: payment.earnedPoints, amount: payment.points }, points);
    const points = reversed - payment.reversedPoints;
    const earned = earnedOf(reversed) - earnedOf(payment.reversedPoints);
    const draft = (fromChannel: number): TransferDraft => ({
      ...{ key: `subscription-refund:${payment.id}:${reversed}`, kind: "refund" },
      memo: `Subscription refunded: ${order.tierName}`,
      entries: [
        { account: `earnings:${order.channelId}` as const, points: -fromChannel },
        { account: "house:shortfall" as const, points: fromChannel - earned },
        { account: "house:commission" as const, points: earned - points },
        { account: "house:issued" as const, points },
      ].filter((entry) => entry.points !== 0),
    });
    const [result] = await post(transaction, [draft(earned)]);
    if (result?.ok !== false) return;
    // Some of it was paid out: what is there is taken, the rest is the house's loss. The account is locked since the first try.
    await post(transaction, [draft(result.has)]);
    log.warn("a refunded subscription had been paid out", { order: order.id, missing: earned - result.has });
  }

  return async (fact) => {
    // What is told of may be of another program that uses the same account of the provider.
    if (fact.type !== "refunded" && !isUuid(fact.order)) return;
    const toEnd = await db.transaction(async (transaction): Promise<string | null> => {
      switch (fact.type) {
        case "month-paid":
          await pay(transaction, fact);
          return null;
        case "order-failed":
          await fail(transaction, fact.order);
          return null;
        case "renewal":
          await renew(transaction, fact);
          return null;
        case "refunded":
          return await reverse(transaction, fact);
      }
    });
    deps.wake();
    if (toEnd !== null) await deps.provider.end(toEnd);
  };
}

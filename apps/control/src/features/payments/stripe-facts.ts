import type Stripe from "stripe";
import type { PaymentFact, SubscriptionFact } from "../../payment-provider.ts";

/** Keys of ours in Stripe's metadata: of a purchase of coins, of a subscription's order. */
export const PURCHASE_KEY = "sameroom_purchase";
export const ORDER_KEY = "sameroom_subscription";

type Fact = PaymentFact | SubscriptionFact;
type Session = Pick<
  Stripe.Checkout.Session,
  | "metadata"
  | "mode"
  | "payment_status"
  | "status"
  | "payment_intent"
  | "amount_total"
  | "currency"
  | "invoice"
>;

export const idOf = (value: string | { id: string } | null | undefined) =>
  typeof value === "object" ? (value?.id ?? null) : (value ?? null);

/**
 * What a checkout session says; null: it is still open, or none of ours; `invoice`: of a subscription's first month, whose invoice
 * knows more.
 */
export function sessionFact(session: Session): Fact | { invoice: string } | null {
  const purchase = session.metadata?.[PURCHASE_KEY];
  const order = session.metadata?.[ORDER_KEY];
  if (purchase === undefined && order === undefined) return null;
  const { amount_total: amount, currency } = session;
  if (session.payment_status === "paid") {
    const invoice = idOf(session.invoice);
    if (session.mode === "subscription") return invoice === null ? null : { invoice };
    const payment = idOf(session.payment_intent);
    if (payment === null || amount === null || currency === null) return null;
    const price = { amount, currency };
    if (purchase !== undefined) return { type: "paid", purchase, payment, price };
    return {
      ...{ type: "month-paid", order: order!, key: payment, payment, price },
      ...{ subscription: null, untilUnixMs: null },
    };
  }
  return session.status === "expired" ? failure(session.metadata) : null;
}

/** Whose payment failed, by Stripe's metadata; null: nobody's of ours. */
export function failure(metadata: Stripe.Metadata | null): Fact | null {
  const purchase = metadata?.[PURCHASE_KEY];
  if (purchase !== undefined) return { type: "failed", purchase };
  const order = metadata?.[ORDER_KEY];
  return order === undefined ? null : { type: "order-failed", order };
}

/** A month of a subscription, by its invoice with `payments` expanded; null: not paid, or none of ours. */
export function invoiceFact(invoice: Stripe.Invoice): SubscriptionFact | null {
  const details = invoice.parent?.subscription_details;
  const order = details?.metadata?.[ORDER_KEY];
  const subscription = idOf(details?.subscription);
  if (order === undefined || subscription === null || invoice.status !== "paid") return null;
  const paid = invoice.payments?.data.find(({ status }) => status === "paid")?.payment;
  const ends = invoice.lines.data.map(({ period }) => period.end);
  return {
    ...{ type: "month-paid", order, subscription, key: invoice.id ?? subscription },
    // An invoice that credit paid has no payment: there is nothing to give back.
    payment: idOf(paid?.payment_intent) ?? invoice.id ?? subscription,
    price: { amount: invoice.amount_paid, currency: invoice.currency },
    untilUnixMs: Math.max(...ends) * 1000,
  };
}

/** How a subscription goes on; null: it is none of ours. */
export function renewalFact(subscription: Stripe.Subscription): SubscriptionFact | null {
  const order = subscription.metadata[ORDER_KEY];
  if (order === undefined) return null;
  const ended = ["canceled", "unpaid", "incomplete_expired"].includes(subscription.status);
  const renews = !ended && !subscription.cancel_at_period_end && subscription.cancel_at === null;
  return { type: "renewal", order, subscription: subscription.id, renews, ended };
}

/** What a charge says went back; null: it is none of ours, as far as it can be known from it. */
export function refundFact(charge: Stripe.Charge): PaymentFact | null {
  const { metadata, payment_intent, amount_refunded: amount } = charge;
  const payment = idOf(payment_intent);
  if (payment === null) return null;
  return { type: "refunded", purchase: metadata[PURCHASE_KEY] ?? null, payment, amount };
}

/** A dispute counts when it is lost: until then the money may come back. */
export function disputeFact({ status, payment_intent, amount }: Stripe.Dispute): PaymentFact | null {
  const payment = idOf(payment_intent);
  if (status !== "lost" || payment === null) return null;
  return { type: "refunded", purchase: null, payment, amount };
}

import type { Price } from "@sameroom/contract";

/** Something that somebody wants to pay for. */
export interface CheckoutOrder {
  /** Of the purchase, or of the subscription's order. */
  id: string;
  /** `subscription` is paid every month until it is ended; a `subscription-gift` once. */
  sale: "coins" | "subscription" | "subscription-gift";
  /** What it is, for the buyer. */
  product: string;
  price: Price;
  /** Origin of the web app as the buyer sees it, no slash at the end. */
  origin: string;
  /** Path there that the buyer comes back to. */
  backTo: string;
}

/** What a provider says about money for coins. A purchase may be told again, and late. */
export type PaymentFact =
  | {
      type: "paid";
      purchase: string;
      /** The provider's name for the money, by which a refund finds the purchase. */
      payment: string;
      price: Price;
    }
  | { type: "failed"; purchase: string }
  /** `amount`: all that went back so far. `purchase` null: what was paid with it is not said. */
  | { type: "refunded"; purchase: string | null; payment: string; amount: number };

/** What it says about subscriptions; as often, and as late. */
export type SubscriptionFact =
  | {
      type: "month-paid";
      order: string;
      /** Names this payment: it counts once. */
      key: string;
      payment: string;
      price: Price;
      /** The provider's name for what it renews by itself; null: nothing. */
      subscription: string | null;
      /** Paid until then, ms since 1970; null: by the calendar. */
      untilUnixMs: number | null;
    }
  | { type: "order-failed"; order: string }
  /** How it goes on from here: `renews` false ends it with what is paid, `ended` is over at once. */
  | { type: "renewal"; order: string; subscription: string; renews: boolean; ended: boolean };

/** true for what concerns coins; a refund that does not say what was paid may. */
export function isOfCoins(fact: PaymentFact | SubscriptionFact): fact is PaymentFact {
  return fact.type === "paid" || fact.type === "failed" || fact.type === "refunded";
}

/** How things are paid for. Its calls throw `payment.unavailable` when the provider does not do its part. */
export interface PaymentProvider {
  readonly name: "stripe" | "sandbox";
  /** true: takes the money of every month by itself, and tells. */
  readonly renewsByItself: boolean;
  /** Opens a checkout; the same order again opens no second one. `url` may be a path of the web app. */
  open(order: CheckoutOrder): Promise<{ reference: string; url: string }>;
  /** What is known of a checkout by now; null: it is still open. */
  look(reference: string): Promise<PaymentFact | SubscriptionFact | null>;
  /** Nobody can pay the checkout any more, unless that happened already. */
  close(reference: string): Promise<void>;
  /** Gives all of the money back; `id`: the purchase, or the payment of a subscription. */
  refund(paid: { id: string; payment: string }): Promise<void>;
  /** Ends a subscription with what is paid, or lets it go on again. */
  setRenewal(subscription: string, renews: boolean): Promise<void>;
  /** Ends it at once. */
  end(subscription: string): Promise<void>;
}

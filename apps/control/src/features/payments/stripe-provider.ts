import type { Clock, Log } from "@sameroom/base";
import Stripe from "stripe";
import type {
  CheckoutOrder,
  PaymentFact,
  PaymentProvider,
  SubscriptionFact,
} from "../../payment-provider.ts";
import { ProblemError } from "../../problem-error.ts";
import {
  disputeFact,
  failure,
  idOf,
  invoiceFact,
  ORDER_KEY,
  PURCHASE_KEY,
  refundFact,
  renewalFact,
  sessionFact,
} from "./stripe-facts.ts";

export interface StripeOptions {
  secretKey: string;
  webhookSecret: string;
  /** Another server that speaks Stripe's API; null: Stripe's own. */
  apiUrl: string | null;
  clock: Clock;
  log: Log;
}

export interface StripeProvider extends PaymentProvider {
  readonly name: "stripe";
  /**
   * What a notification says, once its signature is checked on the bytes as they came; null: nothing of ours.
   * Throws `payment.bad_signature`, also when it is more than five minutes old, and `payment.unavailable`.
   */
  read(body: Uint8Array, signature: string): Promise<PaymentFact | SubscriptionFact | null>;
}

const TIMEOUT_MS = 15_000;
const RETRIES = 2;
/** Oldest signature that is believed, as Stripe's own libraries have it. */
const TOLERANCE_S = 300;

/** Paid with Stripe Checkout: the buyer pays on Stripe's page, a signed notification tells us. */
export function createStripeProvider(options: StripeOptions): StripeProvider {
  const { clock, log } = options;
  const stripe = new Stripe(options.secretKey, {
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
    ...(options.apiUrl === null ? {} : serverAt(new URL(options.apiUrl))),
  });

  async function ask<Value>(what: string, call: Promise<Value>): Promise<Value> {
    try {
      return await call;
    } catch (error) {
      const { type, code, requestId, message } = error as Partial<Stripe.errors.StripeError>;
      log.error(`Stripe: ${what} failed`, { type, code, requestId, message });
      throw new ProblemError("payment.unavailable", { retryAfter: 10 });
    }
  }

  // A notification comes in the version of the API its webhook was made with: what is told of is read in ours, as it is by now.
  async function factOfInvoice(id: string): Promise<SubscriptionFact | null> {
    return invoiceFact(
      await ask("looking at an invoice", stripe.invoices.retrieve(id, { expand: ["payments"] })),
    );
  }

  async function factOfSession(
    session: Parameters<typeof sessionFact>[0],
  ): Promise<PaymentFact | SubscriptionFact | null> {
    const fact = sessionFact(session);
    return fact !== null && "invoice" in fact ? await factOfInvoice(fact.invoice) : fact;
  }

  /** Source: Stripe's types of events. */
  async function factOf(event: Stripe.Event): Promise<PaymentFact | SubscriptionFact | null> {
    switch (event.type) {
      case "checkout.session.completed":
      case "checkout.session.async_payment_succeeded":
      case "checkout.session.expired":
        return await factOfSession(event.data.object);
      case "checkout.session.async_payment_failed":
        return failure(event.data.object.metadata);
      case "invoice.paid": {
        const id = idOf(event.data.object as { id: string });
        return id === null ? null : await factOfInvoice(id);
      }
      case "customer.subscription.updated":
      case "customer.subscription.deleted":
        if (event.data.object.metadata[ORDER_KEY] === undefined) return null;
        return renewalFact(
          await ask("looking at a subscription", stripe.subscriptions.retrieve(event.data.object.id)),
        );
      case "charge.refunded":
        return refundFact(event.data.object);
      case "charge.dispute.closed":
        return disputeFact(event.data.object);
      default:
        return null;
    }
  }

  return {
    name: "stripe",
    renewsByItself: true,
    async open(order) {
      const session = await ask(
        "opening a checkout",
        stripe.checkout.sessions.create(sessionParams(order), {
          idempotencyKey: `sameroom-${order.sale === "coins" ? "purchase" : order.sale}-${order.id}`,
        }),
      );
      if (session.url === null) throw new ProblemError("purchase.settled");
      return { reference: session.id, url: session.url };
    },
    look: async (reference) =>
      await factOfSession(await ask("looking at a checkout", stripe.checkout.sessions.retrieve(reference))),
    async close(reference) {
      const session = await ask("looking at a checkout", stripe.checkout.sessions.retrieve(reference));
      if (session.status === "open")
        await ask("closing a checkout", stripe.checkout.sessions.expire(reference));
    },
    async refund({ id, payment }) {
      await ask(
        "a refund",
        stripe.refunds.create(
          { payment_intent: payment, metadata: { [PURCHASE_KEY]: id } },
          { idempotencyKey: `sameroom-refund-${id}` },
        ),
      );
    },
    async setRenewal(subscription, renews) {
      await ask(
        "changing a subscription",
        stripe.subscriptions.update(subscription, { cancel_at_period_end: !renews }),
      );
    },
    async end(subscription) {
      await ask("ending a subscription", stripe.subscriptions.cancel(subscription));
    },
    async read(body, signature) {
      let event: Stripe.Event;
      try {
        event = stripe.webhooks.constructEvent(
          ...([body, signature, options.webhookSecret, TOLERANCE_S, undefined, clock.unixMs()] as const),
        );
      } catch (error) {
        log.warn("a notification of Stripe is not believed", {
          message: (error as Error).message.split("\n")[0],
        });
        throw new ProblemError("payment.bad_signature");
      }
      return await factOf(event);
    },
  };
}

function sessionParams({
  id,
  sale,
  product,
  price,
  origin,
  backTo,
}: CheckoutOrder): Stripe.Checkout.SessionCreateParams {
  const metadata = { [sale === "coins" ? PURCHASE_KEY : ORDER_KEY]: id };
  const monthly = sale === "subscription";
  return {
    mode: monthly ? "subscription" : "payment",
    client_reference_id: id,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: price.currency,
          unit_amount: price.amount,
          product_data: { name: product },
          ...(monthly ? { recurring: { interval: "month" as const } } : {}),
        },
      },
    ],
    metadata,
    ...(monthly ? { subscription_data: { metadata } } : { payment_intent_data: { metadata } }),
    success_url: `${origin}${backTo}`,
    cancel_url: `${origin}${backTo}`,
  };
}

function serverAt(url: URL): { host: string; port: string; protocol: "http" | "https" } {
  const protocol = url.protocol === "http:" ? "http" : "https";
  return { host: url.hostname, port: url.port || (protocol === "http" ? "80" : "443"), protocol };
}

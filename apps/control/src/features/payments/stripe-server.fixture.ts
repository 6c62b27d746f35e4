import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const STRIPE_KEY = "sk_test_of_these_tests";
export const WEBHOOK_SECRET = "whsec_of_these_tests";

/** A request as it reached the server, its form decoded. */
export interface StripeCall {
  method: string;
  path: string;
  form: Record<string, string>;
  idempotencyKey: string | undefined;
}

/** A server that speaks as much of Stripe's API as Checkout, subscriptions and refunds need: keys, forms, idempotency. */
export interface StripeServer {
  readonly url: string;
  readonly calls: StripeCall[];
  /** Answers with this status from now on; null: as it should. */
  failWith: number | null;
  /** As when the buyer has paid a session; one for a subscription has its first invoice then. */
  pay(session: string): Record<string, unknown>;
  /** As when the next month of a subscription was paid: its invoice. */
  renew(subscription: string): Record<string, unknown>;
  /** A subscription as it is; changes are made to it itself. */
  subscription(id: string): Record<string, unknown>;
  close(): Promise<void>;
}

export async function startStripeServer(): Promise<StripeServer> {
  const sessions = new Map<string, Record<string, unknown>>();
  const answered = new Map<string, string>();
  const calls: StripeCall[] = [];
  let failWith: number | null = null;
  const billing = createBilling();

  function answer({ method, path, form }: StripeCall): Record<string, unknown> | null {
    const [, , kind, id = "", action] = path.split("?", 1)[0]!.split("/");
    if (kind === "invoices") return billing.invoices.get(id) ?? null;
    if (kind === "subscriptions") return billing.answer(method, id, form);
    if (path.endsWith("/expire")) {
      const session = sessions.get(action ?? "");
      return session === undefined ? null : Object.assign(session, { status: "expired", url: null });
    }
    if (path === "/v1/checkout/sessions") {
      const id = `cs_test_${sessions.size + 1}`;
      const session = {
        ...{ id, object: "checkout.session", url: `https://checkout.stripe.test/${id}`, status: "open" },
        ...{
          payment_status: "unpaid",
          payment_intent: null,
          currency: form["line_items[0][price_data][currency]"],
        },
        amount_total: Number(form["line_items[0][price_data][unit_amount]"]),
        mode: form.mode,
        metadata: metadataOf(form),
      };
      sessions.set(id, session);
      return session;
    }
    if (path === "/v1/refunds") return { id: "re_test_1", object: "refund", status: "succeeded" };
    return sessions.get(path.replace("/v1/checkout/sessions/", "")) ?? null;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const key = request.headers["idempotency-key"];
      const idempotencyKey = typeof key === "string" ? key : undefined;
      const call = { method: request.method ?? "", path, form, idempotencyKey };
      calls.push(call);
      const reply = (status: number, body: string) => {
        response.writeHead(status, { "content-type": "application/json", "stripe-should-retry": "false" });
        response.end(body);
      };
      if (failWith !== null)
        return reply(failWith, JSON.stringify({ error: { type: "api_error", message: "no" } }));
      if (request.headers.authorization !== `Bearer ${STRIPE_KEY}`)
        return reply(401, JSON.stringify({ error: { type: "invalid_request_error", message: "key" } }));
      const before = idempotencyKey === undefined ? undefined : answered.get(idempotencyKey);
      if (before !== undefined) return reply(200, before);
      const body = answer(call);
      if (body === null)
        return reply(404, JSON.stringify({ error: { type: "invalid_request_error", message: "none" } }));
      const text = JSON.stringify(body);
      if (idempotencyKey !== undefined) answered.set(idempotencyKey, text);
      reply(200, text);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get failWith() {
      return failWith;
    },
    set failWith(status) {
      failWith = status;
    },
    pay(id) {
      const session = sessions.get(id);
      if (session === undefined) throw new Error(`there is no session ${id}`);
      const paid = { status: "complete", payment_status: "paid", payment_intent: `pi_${id}`, url: null };
      if (session.mode !== "subscription") return Object.assign(session, paid);
      const invoice = billing.begin(session);
      const subscription = `sub_${id}`;
      return Object.assign(session, paid, { payment_intent: null, invoice: invoice.id, subscription });
    },
    renew: billing.bill,
    subscription: billing.find,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const metadataOf = (form: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(form).flatMap(([key, value]) => {
      const name = /^metadata\[(\w+)\]$/.exec(key)?.[1];
      return name === undefined ? [] : [[name, value]];
    }),
  );

const MONTH_S = 30 * 86_400;

/** Subscriptions and their invoices, a month of thirty days each. */
function createBilling() {
  const invoices = new Map<string, Record<string, unknown>>();
  const subscriptions = new Map<string, Record<string, unknown>>();
  const find = (id: string) => {
    const found = subscriptions.get(id);
    if (found === undefined) throw new Error(`there is no subscription ${id}`);
    return found;
  };

  function bill(id: string): Record<string, unknown> {
    const subscription = find(id);
    const { metadata, amount, currency } = subscription;
    const start = subscription.paid_until as number;
    subscription.paid_until = start + MONTH_S;
    const invoice = {
      ...{
        id: `in_${invoices.size + 1}_${id}`,
        object: "invoice",
        status: "paid",
        amount_paid: amount,
        currency,
      },
      parent: { type: "subscription_details", subscription_details: { subscription: id, metadata } },
      lines: { object: "list", data: [{ period: { start, end: start + MONTH_S } }] },
      payments: {
        object: "list",
        data: [
          {
            status: "paid",
            payment: { type: "payment_intent", payment_intent: `pi_${invoices.size + 1}_${id}` },
          },
        ],
      },
    };
    invoices.set(invoice.id, invoice);
    return invoice;
  }

  return {
    invoices,
    find,
    bill,
    begin(session: Record<string, unknown>) {
      const id = `sub_${session.id}`;
      subscriptions.set(id, {
        ...{ id, object: "subscription", status: "active", cancel_at_period_end: false, cancel_at: null },
        ...{ metadata: session.metadata, amount: session.amount_total, currency: session.currency },
        paid_until: Math.floor(Date.now() / 1000),
      });
      return bill(id);
    },
    answer(method: string, id: string, form: Record<string, string>) {
      const found = subscriptions.get(id) ?? null;
      if (found === null) return null;
      if (method === "DELETE") found.status = "canceled";
      const wanted = form.cancel_at_period_end;
      if (wanted !== undefined) found.cancel_at_period_end = wanted === "true";
      return found;
    },
  };
}

/** A notification with the signature Stripe would give it at this time. */
export function signedEvent(
  type: string,
  object: unknown,
  more: { secret?: string; atUnixMs?: number } = {},
): { body: Buffer; signature: string } {
  const { secret = WEBHOOK_SECRET, atUnixMs = Date.now() } = more;
  const body = JSON.stringify({ id: "evt_1", object: "event", type, data: { object } });
  const at = Math.floor(atUnixMs / 1000);
  const digest = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  return { body: Buffer.from(body), signature: `t=${at},v1=${digest}` };
}

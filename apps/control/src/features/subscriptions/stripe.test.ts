import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Control } from "../../compose.ts";
import { type Client, logInAdmin, signUp } from "../../testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "../../testing/control.fixture.ts";
import {
  STRIPE_KEY,
  type StripeServer,
  signedEvent,
  startStripeServer,
  WEBHOOK_SECRET,
} from "../payments/stripe-server.fixture.ts";

const HOOK_MS = 240_000;
const ROOM = "/api/rooms/stage/subscription";

let db: TestDatabase;
let stripe: StripeServer;
let control: Control;
let admin: Client;
let owner: Client;
beforeAll(async () => {
  [db, stripe] = await Promise.all([openTestDatabase(), startStripeServer()]);
  const secrets = { secretKey: STRIPE_KEY, webhookSecret: WEBHOOK_SECRET, apiUrl: stripe.url };
  const money = {
    ...{ commissionPercent: 30, provider: "stripe" as const, stripe: secrets },
    payout: { minCoins: 100, per1000Coins: { amount: 700, currency: "usd" } },
  };
  control = await startTestControl(db, { config: { money } });
  admin = await logInAdmin(control);
  owner = await signUp(control);
  await owner.call("POST", "/api/rooms", { title: "Stage", slug: "stage" });
  await owner.call("PUT", "/api/channel/tiers/1", { name: "Friend", amount: 700, offered: true });
}, HOOK_MS);
afterAll(async () => {
  await control.close();
  await Promise.all([db.drop(), stripe.close()]);
}, HOOK_MS);

async function tell(type: string, object: unknown, secret?: string): Promise<number> {
  const { body, signature } = signedEvent(type, object, secret === undefined ? {} : { secret });
  const headers = { "content-type": "application/json", "stripe-signature": signature };
  const url = "/api/payments/stripe/webhook";
  const { statusCode } = await control.http.inject({ method: "POST", url, headers, payload: body });
  await control.settled();
  return statusCode;
}
async function open(buyer: Client) {
  const { body } = await buyer.call("POST", ROOM, { id: randomUUID(), level: 1 });
  return { id: body.id as string, session: (body.checkoutUrl as string).split("/").at(-1)! };
}
/** The same, paid: Stripe's subscription and the invoice of its first month. */
async function subscribed(buyer: Client) {
  const { id, session } = await open(buyer);
  const paid = stripe.pay(session);
  expect(await tell("checkout.session.completed", paid)).toBe(204);
  return { id, subscription: paid.subscription as string, invoice: { id: paid.invoice } };
}
const yours = async (buyer: Client) => (await buyer.call("GET", ROOM)).body.yours;
const earned = async () => (await owner.call("GET", "/api/wallet")).body.earnings.points;

describe("a subscription paid with Stripe", () => {
  test("is a checkout by the month, and runs once Stripe says so, however often and in whatever order", async () => {
    const buyer = await signUp(control);
    const before = await earned();
    const { id, session } = await open(buyer);
    expect(stripe.calls.at(-1)?.form).toMatchObject({
      ...{ mode: "subscription", "line_items[0][price_data][recurring][interval]": "month" },
      ...{ "subscription_data[metadata][sameroom_subscription]": id, client_reference_id: id },
      success_url: `http://sameroom.test:8080/wallet?view=subscriptions&order=${id}`,
    });
    const paid = stripe.pay(session);
    const invoice = { id: paid.invoice, object: "invoice" };
    expect(await tell("invoice.paid", invoice, "whsec_other")).toBe(400);
    expect(await yours(buyer)).toBeNull();
    const tells = [
      ...["invoice.paid", "invoice.paid"].map((type) => tell(type, invoice)),
      tell("checkout.session.completed", paid),
    ];
    expect(await Promise.all(tells)).toEqual([204, 204, 204]);
    expect(await yours(buyer)).toMatchObject({ tier: "Friend", months: 1, renews: true, order: id });
    expect((await earned()) - before).toBe(70_000);
    expect((await buyer.call("POST", ROOM, { id: randomUUID(), level: 1 })).body.code).toBe(
      "subscription.already",
    );
  });

  test("comes also when the notification does not: the buyer's return asks Stripe", async () => {
    const buyer = await signUp(control);
    const { id, session } = await open(buyer);
    expect((await buyer.call("GET", `/api/subscriptions/${id}`)).body.state).toBe("open");
    stripe.pay(session);
    expect((await buyer.call("GET", `/api/subscriptions/${id}`)).body.state).toBe("active");
    expect(await yours(buyer)).toMatchObject({ months: 1 });
  });

  test("a checkout that another one takes the place of can be paid no more", async () => {
    const buyer = await signUp(control);
    const first = await open(buyer);
    await open(buyer);
    expect(stripe.calls.map(({ path }) => path)).toContain(`/v1/checkout/sessions/${first.session}/expire`);
    expect((await buyer.call("GET", `/api/subscriptions/${first.id}`)).body.state).toBe("failed");
  });

  test("renews with each invoice, is ended at Stripe with what is paid, resumed, and over when Stripe ends it", async () => {
    const buyer = await signUp(control);
    const { id, subscription } = await subscribed(buyer);
    const first = new Date((await yours(buyer)).until).getTime();
    const invoice = stripe.renew(subscription);
    await tell("invoice.paid", invoice);
    await tell("invoice.paid", invoice);
    const second = new Date((await yours(buyer)).until).getTime();
    expect(second - first).toBe(30 * 86_400_000);
    const change = async (renews: boolean) =>
      (await buyer.call("PATCH", `/api/subscriptions/${id}`, { renews })).body.renews;
    expect(await change(false)).toBe(false);
    expect(stripe.subscription(subscription)).toMatchObject({ cancel_at_period_end: true });
    expect(await change(true)).toBe(true);
    expect(stripe.subscription(subscription)).toMatchObject({ cancel_at_period_end: false });
    // Ended in Stripe's own portal.
    const ended = Object.assign(stripe.subscription(subscription), { cancel_at_period_end: true });
    expect(await tell("customer.subscription.updated", ended)).toBe(204);
    expect(await yours(buyer)).toMatchObject({ renews: false });
    Object.assign(ended, { status: "canceled" });
    expect(await tell("customer.subscription.deleted", ended)).toBe(204);
    expect((await buyer.call("GET", `/api/subscriptions/${id}`)).body.state).toBe("ended");
    expect((await yours(buyer)).until).toBe(new Date(second).toISOString());
  });

  test("that is refunded is ended at Stripe and here, in part only the money goes", async () => {
    const buyer = await signUp(control);
    const before = await earned();
    const { subscription } = await subscribed(buyer);
    const { payments } = (await admin.call("GET", "/api/admin/subscription-payments")).body;
    const refund = stripe.calls.length;
    const payment = `pi_${(payments as unknown[]).length}_${subscription}`;
    const charge = { object: "charge", payment_intent: payment, metadata: {} };
    expect(await tell("charge.refunded", { ...charge, amount_refunded: 350 })).toBe(204);
    expect((await earned()) - before).toBe(35_000);
    expect(await yours(buyer)).not.toBeNull();
    expect(await tell("charge.refunded", { ...charge, payment_intent: "pi_shop", amount_refunded: 1 })).toBe(
      204,
    );
    const address = `/api/admin/subscription-payments/${payments[0].id}/refund`;
    expect((await admin.call("POST", address)).body.state).toBe("refunded");
    const calls = stripe.calls.slice(refund).map(({ method, path }) => `${method} ${path}`);
    expect(calls).toEqual(["POST /v1/refunds", `DELETE /v1/subscriptions/${subscription}`]);
    expect(await earned()).toBe(before);
    expect(await yours(buyer)).toBeNull();
    expect((await admin.call("GET", "/api/admin/ledger")).body.balanced).toBe(true);
  });

  test("what is told of nothing of ours changes nothing", async () => {
    const foreign = { id: "sub_shop", object: "subscription", metadata: {}, status: "active" };
    expect(await tell("customer.subscription.deleted", foreign)).toBe(204);
    const buyer = await signUp(control);
    const { id } = await open(buyer);
    const expired = { metadata: { sameroom_subscription: id }, status: "expired", payment_status: "unpaid" };
    expect(await tell("checkout.session.expired", expired)).toBe(204);
    expect((await buyer.call("GET", `/api/subscriptions/${id}`)).body.state).toBe("failed");
    expect((await buyer.call("POST", `/api/subscriptions/${id}/sandbox`, { outcome: "pay" })).body.code).toBe(
      "payment.off",
    );
  });
});

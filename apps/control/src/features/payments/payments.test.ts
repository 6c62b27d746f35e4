import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Control } from "../../compose.ts";
import { type Client, logInAdmin, signUp } from "../../testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "../../testing/control.fixture.ts";
import {
  STRIPE_KEY,
  type StripeServer,
  signedEvent,
  startStripeServer,
  WEBHOOK_SECRET,
} from "./stripe-server.fixture.ts";

/** Two controls and a database: on a busy machine that takes a while. */
const HOOK_MS = 240_000;
const HOOK = "/api/payments/stripe/webhook";
const money = {
  commissionPercent: 30,
  payout: { minCoins: 100, per1000Coins: { amount: 700, currency: "usd" } },
};

let db: TestDatabase;
let stripe: StripeServer;
/** With Stripe; with the sandbox. */
let control: Control;
let sandbox: Control;
let admin: Client;
beforeAll(async () => {
  [db, stripe] = await Promise.all([openTestDatabase(), startStripeServer()]);
  const secrets = { secretKey: STRIPE_KEY, webhookSecret: WEBHOOK_SECRET, apiUrl: stripe.url };
  control = await startTestControl(db, {
    config: { money: { ...money, provider: "stripe", stripe: secrets } },
  });
  sandbox = await startTestControl(db);
  admin = await logInAdmin(control);
}, HOOK_MS);
beforeEach(() => {
  stripe.failWith = null;
});
afterAll(async () => {
  await Promise.all([control.close(), sandbox.close()]);
  await Promise.all([db.drop(), stripe.close()]);
}, HOOK_MS);

const coinsOf = async (client: Client) => (await client.call("GET", "/api/wallet")).body.coins;
const ledger = async () => (await admin.call("GET", "/api/admin/ledger")).body;
async function tell(type: string, object: unknown, more?: Parameters<typeof signedEvent>[2]) {
  const { body, signature } = signedEvent(type, object, more);
  const headers = { "content-type": "application/json", "stripe-signature": signature };
  const answer = await control.http.inject({ method: "POST", url: HOOK, headers, payload: body });
  return answer.statusCode;
}
/** A purchase of 500 coins that is open at Stripe. */
async function open(buyer: Client) {
  const id = randomUUID();
  const { status, body } = await buyer.call("POST", "/api/wallet/purchases", { id, package: "handful" });
  expect(status).toBe(201);
  return { id, session: (body.checkoutUrl as string).split("/").at(-1)! };
}
/** The same, paid and credited. */
async function bought(buyer: Client) {
  const { id, session } = await open(buyer);
  const paid = stripe.pay(session);
  expect(await tell("checkout.session.completed", paid)).toBe(204);
  return { id, payment: paid.payment_intent as string };
}
const charge = (purchase: string, payment: string, refunded: number) => ({
  ...{ object: "charge", payment_intent: payment, amount_refunded: refunded },
  metadata: { sameroom_purchase: purchase },
});

describe("coins bought with Stripe", () => {
  test("are credited once Stripe says so, however often it says it", async () => {
    const buyer = await signUp(control);
    const { id, session } = await open(buyer);
    const call = stripe.calls.at(-1)!;
    expect(call.idempotencyKey).toContain(id);
    expect(call.form).toMatchObject({
      ...{ mode: "payment", client_reference_id: id, "metadata[sameroom_purchase]": id },
      "line_items[0][price_data][unit_amount]": "699",
      "payment_intent_data[metadata][sameroom_purchase]": id,
      success_url: `http://sameroom.test:8080/wallet?purchase=${id}`,
    });
    expect(await coinsOf(buyer)).toBe(0);
    const paid = stripe.pay(session);
    const answers = await Promise.all([1, 2, 3].map(() => tell("checkout.session.completed", paid)));
    expect(answers).toEqual([204, 204, 204]);
    expect(await tell("checkout.session.async_payment_succeeded", paid)).toBe(204);
    expect(await coinsOf(buyer)).toBe(500);
    const { body } = await buyer.call("GET", `/api/wallet/purchases/${id}`);
    expect(body).toMatchObject({ state: "paid", checkoutUrl: null, price: { amount: 699, currency: "usd" } });
  });

  test("the same id opens one checkout, and somebody else's id none", async () => {
    const buyer = await signUp(control);
    const wanted = { id: randomUUID(), package: "purse" };
    const first = await buyer.call("POST", "/api/wallet/purchases", wanted);
    const again = await buyer.call("POST", "/api/wallet/purchases", wanted);
    expect(again.body).toEqual(first.body);
    const other = await signUp(control);
    expect((await other.call("POST", "/api/wallet/purchases", wanted)).body.code).toBe("purchase.not_found");
    expect((await other.call("GET", `/api/wallet/purchases/${wanted.id}`)).status).toBe(404);
    expect((await buyer.call("GET", "/api/wallet/purchases")).body.purchases).toHaveLength(1);
  });

  test("come also when the notification does not: the buyer's return asks Stripe", async () => {
    const buyer = await signUp(control);
    const { id, session } = await open(buyer);
    expect((await buyer.call("GET", `/api/wallet/purchases/${id}`)).body.state).toBe("open");
    stripe.pay(session);
    expect((await buyer.call("GET", `/api/wallet/purchases/${id}`)).body.state).toBe("paid");
    expect(await coinsOf(buyer)).toBe(500);
  });

  test("are not credited for less money, and a late payment counts after a failed one", async () => {
    const buyer = await signUp(control);
    const { session } = await open(buyer);
    const paid = stripe.pay(session);
    await tell("checkout.session.completed", { ...paid, amount_total: 698 });
    await tell("checkout.session.completed", { ...paid, currency: "jpy" });
    await tell("checkout.session.completed", { ...paid, payment_status: "unpaid" });
    expect(await coinsOf(buyer)).toBe(0);
    await tell("checkout.session.async_payment_failed", paid);
    await tell("checkout.session.completed", paid);
    expect(await coinsOf(buyer)).toBe(500);
  });

  test("a notification that is forged, old, unsigned or about nothing of ours changes nothing", async () => {
    const buyer = await signUp(control);
    const { session } = await open(buyer);
    const paid = stripe.pay(session);
    const type = "checkout.session.completed";
    expect(await tell(type, paid, { secret: "whsec_other" })).toBe(400);
    expect(await tell(type, paid, { atUnixMs: Date.now() - 301_000 })).toBe(400);
    const { body, signature } = signedEvent(type, paid);
    const changed = Buffer.from(body.toString().replace("paid", "Paid"));
    for (const headers of [{}, { "stripe-signature": signature }, { "stripe-signature": "t=1,v1=00" }]) {
      const payload = "stripe-signature" in headers ? changed : body;
      const all = { "content-type": "application/json", ...headers };
      expect(
        (await control.http.inject({ method: "POST", url: HOOK, headers: all, payload })).statusCode,
      ).toBe(400);
    }
    expect(await tell("customer.created", { object: "customer" })).toBe(204);
    expect(await tell(type, { ...paid, metadata: {} })).toBe(204);
    expect(await tell(type, { ...paid, metadata: { sameroom_purchase: "x' or 1=1" } })).toBe(204);
    expect(await tell(type, { ...paid, metadata: { sameroom_purchase: randomUUID() } })).toBe(204);
    expect(await coinsOf(buyer)).toBe(0);
  });

  test("a refund takes them back in part and in whole, once", async () => {
    const buyer = await signUp(control);
    const { id, payment } = await bought(buyer);
    await tell("charge.refunded", charge(id, payment, 233));
    await tell("charge.refunded", charge(id, payment, 233));
    expect(await coinsOf(buyer)).toBe(333);
    await tell("charge.refunded", charge(id, payment, 699));
    await tell("charge.refunded", charge(id, payment, 233));
    expect(await coinsOf(buyer)).toBe(0);
    expect((await buyer.call("GET", `/api/wallet/purchases/${id}`)).body).toMatchObject({
      ...{ state: "refunded", refundedAmount: 699 },
    });
    expect((await ledger()).balanced).toBe(true);
  });

  test("a refund that overtakes the payment's notification is asked for again", async () => {
    const buyer = await signUp(control);
    const { id, session } = await open(buyer);
    const paid = stripe.pay(session);
    const refund = charge(id, paid.payment_intent as string, 699);
    expect(await tell("charge.refunded", refund)).toBe(404);
    await tell("checkout.session.completed", paid);
    expect(await tell("charge.refunded", refund)).toBe(204);
    expect(await coinsOf(buyer)).toBe(0);
  });

  test("an admin's refund goes to Stripe once, a lost dispute counts as one, a foreign one as nothing", async () => {
    const buyer = await signUp(control);
    const [one, two] = [await bought(buyer), await bought(buyer)];
    expect((await admin.call("POST", `/api/admin/purchases/${one.id}/refund`)).body.state).toBe("refunded");
    expect(stripe.calls.at(-1)).toMatchObject({ path: "/v1/refunds", form: { payment_intent: one.payment } });
    const again = await admin.call("POST", `/api/admin/purchases/${one.id}/refund`);
    expect(again.body.code).toBe("purchase.settled");
    const dispute = { object: "dispute", status: "lost", payment_intent: two.payment, amount: 699 };
    await tell("charge.dispute.closed", { ...dispute, status: "won" });
    expect(await coinsOf(buyer)).toBe(500);
    await tell("charge.dispute.closed", dispute);
    expect(await tell("charge.dispute.closed", { ...dispute, payment_intent: "pi_of_a_shop" })).toBe(204);
    expect(await coinsOf(buyer)).toBe(0);
  });

  test("are not sold while Stripe does not answer, and the next try is the same purchase", async () => {
    const buyer = await signUp(control);
    const wanted = { id: randomUUID(), package: "pocket" };
    stripe.failWith = 500;
    const refused = await buyer.call("POST", "/api/wallet/purchases", wanted);
    expect(refused).toMatchObject({ status: 503, body: { code: "payment.unavailable" } });
    expect(JSON.stringify(refused.body)).not.toContain(STRIPE_KEY);
    stripe.failWith = null;
    expect((await buyer.call("POST", "/api/wallet/purchases", wanted)).status).toBe(201);
    expect((await buyer.call("GET", "/api/wallet/purchases")).body.purchases).toHaveLength(1);
  });

  test("cannot be paid in the sandbox", async () => {
    const buyer = await signUp(control);
    const { id } = await open(buyer);
    const answer = await buyer.call("POST", `/api/payments/sandbox/${id}`, { outcome: "pay" });
    expect(answer.body.code).toBe("payment.off");
  });
});

describe("coins of the sandbox", () => {
  const buy = async (buyer: Client, outcome: string) => {
    const id = randomUUID();
    const opened = await buyer.call("POST", "/api/wallet/purchases", { id, package: "handful" });
    expect(opened.body.checkoutUrl).toBe(`/checkout/sandbox/${id}`);
    return { id, answer: await buyer.call("POST", `/api/payments/sandbox/${id}`, { outcome }) };
  };

  test("are there after paying, not after declining, and are paid once", async () => {
    const buyer = await signUp(sandbox);
    expect((await buy(buyer, "decline")).answer.body.state).toBe("failed");
    expect(await coinsOf(buyer)).toBe(0);
    const { id, answer } = await buy(buyer, "pay");
    expect(answer.body.state).toBe("paid");
    const again = await buyer.call("POST", `/api/payments/sandbox/${id}`, { outcome: "pay" });
    expect(again.body.code).toBe("purchase.settled");
    expect(
      (await (await signUp(sandbox)).call("POST", `/api/payments/sandbox/${id}`, { outcome: "pay" })).status,
    ).toBe(404);
    expect(await coinsOf(buyer)).toBe(500);
    expect((await buyer.call("GET", "/api/wallet")).body.provider).toBe("sandbox");
  });

  test("come in the packages an admin has made", async () => {
    const boss = admin;
    const before = (await ledger()).issued;
    const url = "/api/admin/coin-packages/tiny";
    const tiny = { coins: 3, price: { amount: 5, currency: "eur" }, offered: true };
    expect((await boss.call("PUT", url, tiny)).status).toBe(200);
    expect((await boss.call("PUT", url, { ...tiny, price: { amount: 0, currency: "eur" } })).status).toBe(
      400,
    );
    const buyer = await signUp(sandbox);
    const id = randomUUID();
    await buyer.call("POST", "/api/wallet/purchases", { id, package: "tiny" });
    await buyer.call("POST", `/api/payments/sandbox/${id}`, { outcome: "pay" });
    expect(await coinsOf(buyer)).toBe(3);
    expect((await ledger()).issued - before).toBe(-300);
    expect((await boss.call("DELETE", url)).status).toBe(204);
    const gone = await buyer.call("POST", "/api/wallet/purchases", { id: randomUUID(), package: "tiny" });
    expect(gone.body.code).toBe("package.not_found");
  });
});

import { z } from "zod";
import { currencySchema } from "./wallet.ts";

const whole = (min: number, max: number) => {
  const fault = `a whole number, ${min} to ${max}`;
  return z.coerce.number(fault).int(fault).min(min, fault).max(max, fault);
};

/** What is configured about money; control and the command line read it alike. */
export const moneyEnvironment = {
  SAMEROOM_PAYMENTS: z
    .enum(["auto", "stripe", "sandbox", "off"], "auto, stripe, sandbox or off")
    .default("auto")
    .describe(
      "How coins are paid for: `stripe`, `sandbox` (a checkout page of this server on which no money moves, for trying things out) or `off`. `auto`: Stripe where there is a key, else the sandbox.",
    ),
  SAMEROOM_STRIPE_SECRET_KEY_FILE: z.string().optional().describe("File with Stripe's secret key."),
  SAMEROOM_STRIPE_WEBHOOK_SECRET_FILE: z
    .string()
    .optional()
    .describe(
      "File with the signing secret of Stripe's webhook to `/api/payments/stripe/webhook`. Given together with the key.",
    ),
  SAMEROOM_STRIPE_API_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/?#]+$/, "use http(s)://HOST[:PORT]")
    .optional()
    .describe("Another server that speaks Stripe's API, such as stripe-mock. Absent: Stripe's own."),
  SAMEROOM_GIFT_COMMISSION_PERCENT: whole(0, 100)
    .default(30)
    .describe(
      "What this server keeps of gifts and subscriptions, in per cent. The rest is the earnings of the room's owner.",
    ),
  SAMEROOM_PAYOUT_MIN_COINS: whole(1, 10_000_000)
    .default(5000)
    .describe("Least earnings that can be asked for at once, in coins."),
  SAMEROOM_PAYOUT_PER_1000_COINS: whole(1, 10_000_000)
    .default(700)
    .describe("Money paid for 1000 coins of earnings, in the smallest unit of the currency: cents."),
  SAMEROOM_PAYOUT_CURRENCY: currencySchema
    .default("usd")
    .describe("Currency of payouts: three small letters of ISO 4217."),
};

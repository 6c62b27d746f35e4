import { readFileSync } from "node:fs";
import type { moneyEnvironment, Price } from "@sameroom/contract";
import type { z } from "zod";

/** What is configured about money. */
export interface MoneyConfig {
  readonly provider: "stripe" | "sandbox" | "off";
  /** With provider `stripe`. */
  readonly stripe: {
    readonly secretKey: string;
    readonly webhookSecret: string;
    /** Another server than Stripe's own. */
    readonly apiUrl: string | null;
  } | null;
  /** What the house keeps of gifts, whole per cent. */
  readonly commissionPercent: number;
  readonly payout: { readonly minCoins: number; readonly per1000Coins: Price };
}

type Values = z.output<z.ZodObject<typeof moneyEnvironment>>;

/** The part of the configuration about money; what is wrong is added to `faults`, a line each. */
export function readMoneyConfig(values: Values, faults: string[]): MoneyConfig {
  const { SAMEROOM_PAYMENTS: wanted } = values;
  const read = (name: "SAMEROOM_STRIPE_SECRET_KEY_FILE" | "SAMEROOM_STRIPE_WEBHOOK_SECRET_FILE") => {
    const file = values[name];
    if (file === undefined) return undefined;
    try {
      const secret = readFileSync(file, "utf8").trim();
      if (/^[\x21-\x7e]+$/.test(secret)) return secret;
      faults.push(`${name}: there is no secret in the file`);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
    return "";
  };
  const secretKey = read("SAMEROOM_STRIPE_SECRET_KEY_FILE");
  const webhookSecret = read("SAMEROOM_STRIPE_WEBHOOK_SECRET_FILE");
  const isStripe = wanted === "stripe" || (wanted === "auto" && secretKey !== undefined);
  if (isStripe && secretKey === undefined)
    faults.push("SAMEROOM_STRIPE_SECRET_KEY_FILE: needed with SAMEROOM_PAYMENTS=stripe");
  if (isStripe && webhookSecret === undefined)
    faults.push(
      "SAMEROOM_STRIPE_WEBHOOK_SECRET_FILE: needed with Stripe: without it notifications could be forged",
    );
  return {
    provider: isStripe ? "stripe" : wanted === "off" ? "off" : "sandbox",
    stripe: isStripe
      ? {
          secretKey: secretKey ?? "",
          webhookSecret: webhookSecret ?? "",
          apiUrl: values.SAMEROOM_STRIPE_API_URL ?? null,
        }
      : null,
    commissionPercent: values.SAMEROOM_GIFT_COMMISSION_PERCENT,
    payout: {
      minCoins: values.SAMEROOM_PAYOUT_MIN_COINS,
      per1000Coins: {
        amount: values.SAMEROOM_PAYOUT_PER_1000_COINS,
        currency: values.SAMEROOM_PAYOUT_CURRENCY,
      },
    },
  };
}

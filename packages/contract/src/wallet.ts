/**
 * Money: what people own and earn on this server. Its ledger counts in points, 100 to a coin, so that a commission in per
 * cent never has to be rounded; people buy, see and spend whole coins. Prices in money are in the currency's smallest unit.
 */
import { z } from "zod";
import { idSchema, instantSchema } from "./ids.ts";

export const POINTS_PER_COIN = 100;

/** ISO 4217, small letters, as Stripe writes it. */
export const currencySchema = z.string().regex(/^[a-z]{3}$/, "three small letters, such as usd");

/** A price of real money: cents, yen. */
export const priceSchema = z.object({
  amount: z.number().int().min(1).max(99_999_999),
  currency: currencySchema,
});
export type Price = z.infer<typeof priceSchema>;

export const packageCodeSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "use small letters, digits and dashes");

/** Coins as they are sold. `GET /api/coin-packages` -> coinPackageList; admins: `PUT`, `DELETE /api/admin/coin-packages/:code`. */
export const coinPackageSchema = z.object({
  code: packageCodeSchema,
  coins: z.number().int().min(1).max(10_000_000),
  price: priceSchema,
  /** false: not sold any more. */
  offered: z.boolean(),
});
export type CoinPackage = z.infer<typeof coinPackageSchema>;
export const coinPackageListSchema = z.object({ packages: z.array(coinPackageSchema) });
/** What an admin puts at a package's address. */
export const coinPackageInputSchema = coinPackageSchema.omit({ code: true });

/** How coins are paid for here. `sandbox`: no money moves; `off`: nothing is sold. */
export const paymentProviderSchema = z.enum(["stripe", "sandbox", "off"]);
export type PaymentProviderName = z.infer<typeof paymentProviderSchema>;

/** `GET /api/wallet` -> wallet. */
export const walletSchema = z.object({
  /** To spend. */
  coins: z.number().int().nonnegative(),
  earnings: z.object({
    /** Earned and not asked for yet. */
    points: z.number().int().nonnegative(),
    /** In payouts that wait for an admin. */
    pendingPoints: z.number().int().nonnegative(),
    paidPoints: z.number().int().nonnegative(),
  }),
  payout: z.object({
    /** Least points of one payout. */
    minPoints: z.number().int().positive(),
    /** Money for 1,000 coins of earnings. */
    per1000Coins: priceSchema,
  }),
  provider: paymentProviderSchema,
});
export type Wallet = z.infer<typeof walletSchema>;

export const transferKindSchema = z.enum([
  "purchase",
  "refund",
  "gift",
  "payout",
  "payout-paid",
  "payout-returned",
  "subscription",
]);
export type TransferKind = z.infer<typeof transferKindSchema>;

/** One line of a statement. */
export const statementLineSchema = z.object({
  transfer: idSchema,
  at: instantSchema,
  kind: transferKindSchema,
  /** What it was for, for a person. */
  memo: z.string(),
  /** What came in; negative: went out. */
  points: z.number().int(),
  /** What was there afterwards. */
  balancePoints: z.number().int(),
});
export type StatementLine = z.infer<typeof statementLineSchema>;

/** `GET /api/wallet/statement` -> statementPage, newest first; `GET /api/wallet/statement.csv` -> all of it. */
export const statementQuerySchema = z.object({
  of: z.enum(["coins", "earnings"]).default("coins"),
  cursor: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export const statementPageSchema = z.object({
  lines: z.array(statementLineSchema),
  nextCursor: z.number().int().nullable(),
});
export type StatementPage = z.infer<typeof statementPageSchema>;

/** `POST /api/wallet/purchases`; `id` is made by the client: the same again opens no second purchase. */
export const newPurchaseSchema = z.object({ id: idSchema, package: packageCodeSchema });
export const purchaseStateSchema = z.enum(["open", "paid", "failed", "refunded"]);
export const purchaseSchema = z.object({
  id: idSchema,
  provider: z.enum(["stripe", "sandbox"]),
  state: purchaseStateSchema,
  coins: z.number().int().positive(),
  price: priceSchema,
  /** What went back so far, in the price's currency. */
  refundedAmount: z.number().int().nonnegative(),
  createdAt: instantSchema,
});
export type Purchase = z.infer<typeof purchaseSchema>;
/** `checkoutUrl`: where the buyer pays; null when there is nothing to pay any more. */
export const openedPurchaseSchema = purchaseSchema.extend({ checkoutUrl: z.string().nullable() });
export type OpenedPurchase = z.infer<typeof openedPurchaseSchema>;
export const purchaseListSchema = z.object({ purchases: z.array(purchaseSchema) });

/** `POST /api/payments/sandbox/:id`: what the buyer does on the sandbox's checkout page. */
export const sandboxOutcomeSchema = z.object({ outcome: z.enum(["pay", "decline"]) });

/** `GET /api/wallet/earnings`: what shows brought, newest first. */
export const showEarningsSchema = z.object({
  broadcast: idSchema.nullable(),
  room: z.string(),
  title: z.string(),
  lastGiftAt: instantSchema,
  gifts: z.number().int(),
  /** Coins that were sent. */
  coins: z.number().int(),
  /** What of it came to the owner. */
  points: z.number().int(),
});
export type ShowEarnings = z.infer<typeof showEarningsSchema>;
export const earningsSchema = z.object({ shows: z.array(showEarningsSchema) });

/** `POST /api/wallet/payouts`; `id` is made by the client. */
export const newPayoutSchema = z.object({
  id: idSchema,
  points: z.number().int().positive(),
  /** Where the money shall go, in words the admin understands. */
  destination: z.string().trim().min(3, "say where the money shall go").max(200),
});
export type NewPayout = z.infer<typeof newPayoutSchema>;
export const payoutStateSchema = z.enum(["requested", "paid", "refused", "cancelled"]);
export type PayoutState = z.infer<typeof payoutStateSchema>;
export const payoutSchema = z.object({
  id: idSchema,
  state: payoutStateSchema,
  points: z.number().int().positive(),
  money: priceSchema,
  destination: z.string(),
  /** What the admin wrote when they settled it. */
  note: z.string(),
  createdAt: instantSchema,
  settledAt: instantSchema.nullable(),
});
export type Payout = z.infer<typeof payoutSchema>;
export const payoutListSchema = z.object({ payouts: z.array(payoutSchema) });

/** `GET /api/admin/payouts?state=` -> adminPayoutList, those that wait first. */
export const adminPayoutSchema = payoutSchema.extend({
  account: z.object({ id: idSchema, name: z.string() }),
});
export type AdminPayout = z.infer<typeof adminPayoutSchema>;
export const adminPayoutListSchema = z.object({ payouts: z.array(adminPayoutSchema) });
/** `POST /api/admin/payouts/:id/settlement`: `paid` once the money was sent, `refused` gives the points back. */
export const settlementSchema = z.object({
  outcome: z.enum(["paid", "refused"]),
  note: z.string().trim().max(200).default(""),
});

/** `GET /api/admin/purchases` -> adminPurchaseList, newest first; `POST /api/admin/purchases/:id/refund` gives the money back. */
export const adminPurchaseSchema = purchaseSchema.extend({
  account: z.object({ id: idSchema, name: z.string() }),
});
export type AdminPurchase = z.infer<typeof adminPurchaseSchema>;
export const adminPurchaseListSchema = z.object({ purchases: z.array(adminPurchaseSchema) });

/** `GET /api/admin/ledger`: where all points are. Their sum is zero; `balanced` is false when anything does not add up. */
export const ledgerSummarySchema = z.object({
  /** Sold, less what went back: negative, as they were made here. */
  issued: z.number().int(),
  wallets: z.number().int(),
  earnings: z.number().int(),
  commission: z.number().int(),
  /** In payouts that wait. */
  payouts: z.number().int(),
  paidOut: z.number().int(),
  /** Refunded after they had been spent: negative. */
  shortfall: z.number().int(),
  balanced: z.boolean(),
});
export type LedgerSummary = z.infer<typeof ledgerSummarySchema>;

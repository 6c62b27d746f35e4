import type { Log } from "@sameroom/base";
import type { Time } from "./clock.ts";
import type { Database } from "./db/database.ts";
import type { SentGiftRow } from "./db/schema.ts";
import { type CatalogueStore, createCatalogueStore } from "./features/gifts/catalogue-store.ts";
import { createGiftDesk, type GiftOrder } from "./features/gifts/gift-desk.ts";
import { giftRoutes } from "./features/gifts/routes.ts";
import { createSentGiftStore, type SentGiftStore } from "./features/gifts/store.ts";
import { createPost } from "./features/ledger/post.ts";
import { createLedgerStore } from "./features/ledger/store.ts";
import { adminPaymentRoutes } from "./features/payments/admin-routes.ts";
import { createPackageStore } from "./features/payments/package-store.ts";
import { createPurchases } from "./features/payments/purchases.ts";
import { paymentRoutes } from "./features/payments/routes.ts";
import { sandboxProvider } from "./features/payments/sandbox-provider.ts";
import { createSettle } from "./features/payments/settle.ts";
import { createPurchaseStore } from "./features/payments/store.ts";
import { createStripeProvider } from "./features/payments/stripe-provider.ts";
import { webhookRoute } from "./features/payments/webhook-route.ts";
import { adminWalletRoutes } from "./features/wallet/admin-routes.ts";
import { createPayoutStore } from "./features/wallet/payout-store.ts";
import { createPayouts } from "./features/wallet/payouts.ts";
import { walletRoutes } from "./features/wallet/routes.ts";
import type { Http } from "./http/types.ts";
import type { MoneyConfig } from "./money-config.ts";
import { isOfCoins } from "./payment-provider.ts";
import type { BalancesOf } from "./points.ts";
import { createSubscriptions, type Subscriptions } from "./subscriptions.ts";

/** Ledger, wallet, payments and gifts, as rooms and routes use them. */
export interface Money {
  readonly balances: BalancesOf;
  readonly gifts: {
    readonly catalogue: CatalogueStore;
    readonly store: SentGiftStore;
    readonly pay: (order: GiftOrder) => Promise<SentGiftRow>;
  };
  readonly subscriptions: Subscriptions;
  addRoutes(http: Http, ports: Parameters<Subscriptions["addRoutes"]>[1]): Promise<void>;
}

/** Wires what has to do with money to one another. */
export function createMoney(deps: { config: MoneyConfig; db: Database["orm"]; time: Time; log: Log }): Money {
  const { config, db, time, log } = deps;
  const clock = time;
  const post = createPost(clock);
  const ledger = createLedgerStore(db);
  const stripe = config.stripe === null ? null : createStripeProvider({ ...config.stripe, clock, log });
  const provider = stripe ?? (config.provider === "sandbox" ? sandboxProvider : null);
  const settle = createSettle({ db, provider: provider?.name ?? "sandbox", post, log });
  const subscriptions = createSubscriptions({ config, db, provider, post, time, log });
  const purchaseStore = createPurchaseStore(db);
  const packages = createPackageStore(db);
  const purchases = createPurchases({ store: purchaseStore, packages, provider, settle, clock });
  const payoutStore = createPayoutStore(db);
  const payouts = createPayouts({ db, post, rules: config.payout, clock, log });
  const sentGifts = createSentGiftStore(db);
  const catalogue = createCatalogueStore(db);
  const balances: BalancesOf = async (accounts) => {
    const found = await ledger.balances(accounts);
    return accounts.map((account) => found.get(account) ?? 0);
  };

  return {
    balances,
    gifts: {
      ...{ catalogue, store: sentGifts },
      pay: createGiftDesk({ db, clock, post, commissionPercent: config.commissionPercent }),
    },
    subscriptions,
    async addRoutes(http, ports) {
      const { limits, roomFor } = ports;
      subscriptions.addRoutes(http, ports);
      giftRoutes(http, { catalogue, store: sentGifts, roomFor });
      paymentRoutes(http, { packages, store: purchaseStore, purchases, provider, settle, limits });
      adminPaymentRoutes(http, { packages, store: purchaseStore, purchases });
      await webhookRoute(http, {
        stripe,
        async settle(fact) {
          if (isOfCoins(fact)) await settle(fact);
          // Money that went back without a word of what it was for may be either's.
          if (!isOfCoins(fact) || (fact.type === "refunded" && fact.purchase === null))
            await subscriptions.settle(fact);
        },
      });
      walletRoutes(http, {
        ...{ balances, lines: ledger.lines, earnedBy: sentGifts.earnedBy, payouts, store: payoutStore },
        ...{ rules: config.payout, provider: provider?.name ?? "off" },
      });
      adminWalletRoutes(http, { payouts, store: payoutStore, summary: ledger.summary });
    },
  };
}

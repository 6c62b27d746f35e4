import {
  coinPackageListSchema,
  idSchema,
  newPurchaseSchema,
  openedPurchaseSchema,
  purchaseListSchema,
  purchaseSchema,
  sandboxOutcomeSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import type { RateLimits } from "../../http/limits.ts";
import { onlyAccounts, onlySessions, requireAccount } from "../../http/principal.ts";
import { publicAddress } from "../../http/public-url.ts";
import type { Http } from "../../http/types.ts";
import type { PaymentProvider } from "../../payment-provider.ts";
import { ProblemError } from "../../problem-error.ts";
import type { PackageStore } from "./package-store.ts";
import { presentOpened, presentPackage, presentPurchase } from "./present.ts";
import type { Purchases } from "./purchases.ts";
import type { Settle } from "./settle.ts";
import type { PurchaseStore } from "./store.ts";

export interface PaymentRoutesDeps {
  packages: PackageStore;
  store: PurchaseStore;
  purchases: Purchases;
  /** Null: nothing is sold. */
  provider: PaymentProvider | null;
  settle: Settle;
  limits: Pick<RateLimits, "payments">;
}

/** Newest purchases that are shown. */
const SHOWN = 50;

/** Coins for sale, and buying them. No API key spends money. */
export function paymentRoutes(http: Http, deps: PaymentRoutesDeps): void {
  const { packages, store, purchases, settle } = deps;
  const tags = ["wallet"];
  const ofPurchase = z.object({ id: idSchema });
  const config = { rateLimit: deps.limits.payments };

  http.get(
    "/api/coin-packages",
    { schema: { tags, summary: "Coins for sale", response: { 200: coinPackageListSchema, ...failures } } },
    async () => {
      const rows = deps.provider === null ? [] : await packages.list({ offeredOnly: true });
      return { packages: rows.map(presentPackage) };
    },
  );

  http.post(
    "/api/wallet/purchases",
    {
      ...{ config, onRequest: onlySessions },
      schema: {
        ...{ tags, summary: "Open a checkout for a package of coins" },
        body: newPurchaseSchema,
        response: { 201: openedPurchaseSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { account } = requireAccount(request);
      const { protocol, host } = publicAddress(request);
      const buyer = { accountId: account.id, origin: `${protocol}://${host}` };
      return reply.code(201).send(presentOpened(await purchases.open(request.body, buyer)));
    },
  );

  http.get(
    "/api/wallet/purchases",
    {
      onRequest: onlyAccounts,
      schema: { tags, summary: "Your purchases", response: { 200: purchaseListSchema, ...failures } },
    },
    async (request) => {
      const rows = await store.of(requireAccount(request).account.id, SHOWN);
      return { purchases: rows.map(presentPurchase) };
    },
  );

  http.get(
    "/api/wallet/purchases/:id",
    {
      ...{ config, onRequest: onlyAccounts },
      schema: {
        ...{ tags, summary: "What became of a purchase; the provider is asked while it is open" },
        params: ofPurchase,
        response: { 200: openedPurchaseSchema, ...failures },
      },
    },
    async (request) =>
      presentOpened(await purchases.look(request.params.id, requireAccount(request).account.id)),
  );

  http.post(
    "/api/payments/sandbox/:id",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Pay a purchase of yours in the sandbox: no money moves" },
        ...{ params: ofPurchase, body: sandboxOutcomeSchema },
        response: { 200: purchaseSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = request.params;
      const accountId = requireAccount(request).account.id;
      const row = await purchases.look(id, accountId);
      if (deps.provider?.name !== "sandbox" || row.provider !== "sandbox")
        throw new ProblemError("payment.off");
      if (row.state !== "open") throw new ProblemError("purchase.settled");
      const { amount, currency } = row;
      await settle(
        request.body.outcome === "pay"
          ? { type: "paid", purchase: id, payment: `sandbox-${id}`, price: { amount, currency } }
          : { type: "failed", purchase: id },
      );
      return presentPurchase(await purchases.look(id, accountId));
    },
  );
}

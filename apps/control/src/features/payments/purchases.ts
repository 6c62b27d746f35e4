import type { Clock } from "@sameroom/base";
import type { PurchaseRow } from "../../db/schema.ts";
import { isOfCoins, type PaymentProvider } from "../../payment-provider.ts";
import { ProblemError } from "../../problem-error.ts";
import type { PackageStore } from "./package-store.ts";
import type { Settle } from "./settle.ts";
import type { PurchaseStore } from "./store.ts";

export interface PurchasesDeps {
  store: PurchaseStore;
  packages: PackageStore;
  /** Null: nothing is sold. */
  provider: PaymentProvider | null;
  settle: Settle;
  clock: Clock;
}

/** Coins for money: opened here, paid at the provider, credited once its word is here. */
export interface Purchases {
  /**
   * Opens a checkout for a package; with the same id again the one that is there. Throws `payment.off`, `package.not_found`,
   * `payment.unavailable`, `purchase.not_found` for an id of somebody else's.
   */
  open(
    wanted: { id: string; package: string },
    buyer: { accountId: string; origin: string },
  ): Promise<PurchaseRow>;
  /** What became of somebody's own purchase; asks the provider while it is open. Throws `purchase.not_found`. */
  look(id: string, accountId: string): Promise<PurchaseRow>;
  /** Has the provider give the money back. Throws `purchase.not_found`, `purchase.settled` when there is nothing to give back. */
  refund(id: string): Promise<PurchaseRow>;
}

export function createPurchases(deps: PurchasesDeps): Purchases {
  const { store, provider, settle } = deps;

  function requireProvider(name?: PurchaseRow["provider"]): PaymentProvider {
    if (provider === null || (name !== undefined && provider.name !== name))
      throw new ProblemError("payment.off");
    return provider;
  }

  async function require(id: string, accountId?: string): Promise<PurchaseRow> {
    const row = await store.find(id);
    if (row === null || (accountId !== undefined && row.accountId !== accountId))
      throw new ProblemError("purchase.not_found");
    return row;
  }

  return {
    async open({ id, package: code }, { accountId, origin }) {
      const paying = requireProvider();
      const known = await store.find(id);
      if (known !== null && known.accountId !== accountId) throw new ProblemError("purchase.not_found");
      if (known !== null && (known.state !== "open" || known.checkoutUrl !== null)) return known;
      const row = known ?? (await insert({ id, code, accountId, provider: paying.name }));
      const { coins, amount, currency } = row;
      const { reference, url } = await paying.open({
        ...{ id, sale: "coins", product: `${coins.toLocaleString("en")} coins` },
        ...{ price: { amount, currency }, origin, backTo: `/wallet?purchase=${id}` },
      });
      await store.update(id, { reference, checkoutUrl: url });
      return { ...row, reference, checkoutUrl: url };
    },
    async look(id, accountId) {
      const row = await require(id, accountId);
      if (row.state !== "open" || row.reference === null || row.provider !== provider?.name) return row;
      const fact = await provider.look(row.reference);
      if (fact === null || !isOfCoins(fact)) return row;
      await settle(fact);
      return await require(id, accountId);
    },
    async refund(id) {
      const row = await require(id);
      if (row.state !== "paid" || row.payment === null) throw new ProblemError("purchase.settled");
      await requireProvider(row.provider).refund({ id, payment: row.payment });
      await settle({ type: "refunded", purchase: id, payment: row.payment, amount: row.amount });
      return await require(id);
    },
  };

  async function insert(wanted: {
    id: string;
    code: string;
    accountId: string;
    provider: PurchaseRow["provider"];
  }): Promise<PurchaseRow> {
    const sold = await deps.packages.offered(wanted.code);
    if (sold === null) throw new ProblemError("package.not_found");
    const row: PurchaseRow = {
      ...{ id: wanted.id, accountId: wanted.accountId, provider: wanted.provider, state: "open" },
      ...{ coins: sold.coins, amount: sold.amount, currency: sold.currency },
      ...{ reference: null, payment: null, checkoutUrl: null, refundedAmount: 0, reversedPoints: 0 },
      createdAt: new Date(deps.clock.unixMs()),
    };
    // Twice at the same moment: the other one's is as good.
    if (await store.insert(row)) return row;
    return await require(wanted.id, wanted.accountId);
  }
}

import type { AdminPurchase, CoinPackage, OpenedPurchase, Purchase } from "@sameroom/contract";
import type { CoinPackageRow, PurchaseRow } from "../../db/schema.ts";

export function presentPackage({ code, coins, amount, currency, offered }: CoinPackageRow): CoinPackage {
  return { code, coins, price: { amount, currency }, offered };
}

export function presentPurchase(row: PurchaseRow): Purchase {
  const { id, provider, state, coins, amount, currency, refundedAmount, createdAt } = row;
  return {
    ...{ id, provider, state, coins, refundedAmount },
    price: { amount, currency },
    createdAt: createdAt.toISOString(),
  };
}

/** With the address where it can be paid, while it can be. */
export function presentOpened(row: PurchaseRow): OpenedPurchase {
  return { ...presentPurchase(row), checkoutUrl: row.state === "open" ? row.checkoutUrl : null };
}

export function presentForAdmin({ purchase, name }: { purchase: PurchaseRow; name: string }): AdminPurchase {
  return { ...presentPurchase(purchase), account: { id: purchase.accountId, name } };
}

import {
  adminPayoutListSchema,
  adminPurchaseListSchema,
  type CoinPackage,
  coinPackageListSchema,
  coinPackageSchema,
  type Gift,
  giftListSchema,
  giftSchema,
  ledgerSummarySchema,
  payoutSchema,
  purchaseSchema,
  subscriptionPaymentListSchema,
  subscriptionPaymentSchema,
} from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

const GIFTS = ["admin", "gifts"] as const;
const MONEY = ["admin", "money"] as const;

/** The whole catalogue, cheapest first. */
export const allGiftsQuery = queryOptions({
  queryKey: GIFTS,
  queryFn: ({ signal }) => request("/api/admin/gifts", { schema: giftListSchema, signal }),
});

export const allPackagesQuery = queryOptions({
  queryKey: [...MONEY, "packages"],
  queryFn: ({ signal }) => request("/api/admin/coin-packages", { schema: coinPackageListSchema, signal }),
});

/** Payouts, those that wait first. */
export const allPayoutsQuery = queryOptions({
  queryKey: [...MONEY, "payouts"],
  queryFn: ({ signal }) => request("/api/admin/payouts", { schema: adminPayoutListSchema, signal }),
});

/** The newest purchases of everybody. */
export const allPurchasesQuery = queryOptions({
  queryKey: [...MONEY, "purchases"],
  queryFn: ({ signal }) => request("/api/admin/purchases", { schema: adminPurchaseListSchema, signal }),
});

/** The newest payments for subscriptions. */
export const subscriptionPaymentsQuery = queryOptions({
  queryKey: [...MONEY, "subscriptions"],
  queryFn: ({ signal }) =>
    request("/api/admin/subscription-payments", { schema: subscriptionPaymentListSchema, signal }),
});

/** Where all points are. */
export const ledgerQuery = queryOptions({
  queryKey: [...MONEY, "ledger"],
  queryFn: ({ signal }) => request("/api/admin/ledger", { schema: ledgerSummarySchema, signal }),
});

/** Makes or changes a gift. */
export function usePutGift() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ code, ...body }: Gift) =>
      request(`/api/admin/gifts/${code}`, { method: "PUT", body, schema: giftSchema }),
    onSuccess: () =>
      Promise.all([GIFTS, ["gifts"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

/** Makes or changes a package of coins. */
export function usePutPackage() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ code, ...body }: CoinPackage) =>
      request(`/api/admin/coin-packages/${code}`, { method: "PUT", body, schema: coinPackageSchema }),
    onSuccess: () =>
      Promise.all([MONEY, ["coin-packages"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

export function useSettlePayout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; outcome: "paid" | "refused"; note: string }) =>
      request(`/api/admin/payouts/${id}/settlement`, { method: "POST", body, schema: payoutSchema }),
    onSettled: () => queries.invalidateQueries({ queryKey: MONEY }),
  });
}

export function useRefund() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request(`/api/admin/purchases/${id}/refund`, { method: "POST", schema: purchaseSchema }),
    onSettled: () => queries.invalidateQueries({ queryKey: MONEY }),
  });
}

/** Gives the money for a subscription back. */
export function useRefundSubscription() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request(`/api/admin/subscription-payments/${id}/refund`, {
        ...{ method: "POST", schema: subscriptionPaymentSchema },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: MONEY }),
  });
}

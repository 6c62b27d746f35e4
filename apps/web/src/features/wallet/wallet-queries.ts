import {
  coinPackageListSchema,
  earningsSchema,
  type NewPayout,
  openedPurchaseSchema,
  payoutListSchema,
  payoutSchema,
  purchaseListSchema,
  purchaseSchema,
  statementPageSchema,
} from "@sameroom/contract";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** Everything about the caller's money is stale together. */
const WALLET = ["wallet"] as const;
const LOOK_AGAIN_MS = 2_000;

/** Coins for sale, smallest package first. */
export const packagesQuery = queryOptions({
  queryKey: ["coin-packages"],
  queryFn: ({ signal }) => request("/api/coin-packages", { schema: coinPackageListSchema, signal }),
  staleTime: 60_000,
});

export const purchasesQuery = queryOptions({
  queryKey: [...WALLET, "purchases"],
  queryFn: ({ signal }) => request("/api/wallet/purchases", { schema: purchaseListSchema, signal }),
});

/** One purchase; asked again for as long as it is open. */
export const purchaseQuery = (id: string) =>
  queryOptions({
    queryKey: [...WALLET, "purchase", id],
    queryFn: ({ signal }) => request(`/api/wallet/purchases/${id}`, { schema: openedPurchaseSchema, signal }),
    refetchInterval: ({ state }) => (state.data?.state === "open" ? LOOK_AGAIN_MS : false),
  });

export const earningsQuery = queryOptions({
  queryKey: [...WALLET, "earnings"],
  queryFn: ({ signal }) => request("/api/wallet/earnings", { schema: earningsSchema, signal }),
});

export const payoutsQuery = queryOptions({
  queryKey: [...WALLET, "payouts"],
  queryFn: ({ signal }) => request("/api/wallet/payouts", { schema: payoutListSchema, signal }),
});

/** A statement, newest first, a page at a time. */
export const statementQuery = (of: "coins" | "earnings") =>
  infiniteQueryOptions({
    queryKey: [...WALLET, "statement", of],
    initialPageParam: null as number | null,
    queryFn: ({ signal, pageParam }) =>
      request(`/api/wallet/statement?of=${of}${pageParam === null ? "" : `&cursor=${pageParam}`}`, {
        schema: statementPageSchema,
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });

/** Opens a checkout; `id` makes it one purchase however often it is sent. */
export function useBuy() {
  return useMutation({
    mutationFn: (wanted: { id: string; package: string }) =>
      request("/api/wallet/purchases", { method: "POST", body: wanted, schema: openedPurchaseSchema }),
  });
}

/** What the buyer does in the sandbox. */
export function useSandbox(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (outcome: "pay" | "decline") =>
      request(`/api/payments/sandbox/${id}`, { method: "POST", body: { outcome }, schema: purchaseSchema }),
    onSettled: () => queries.invalidateQueries({ queryKey: WALLET }),
  });
}

export function useRequestPayout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: NewPayout) =>
      request("/api/wallet/payouts", { method: "POST", body: wanted, schema: payoutSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: WALLET }),
  });
}

export function useCancelPayout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      request(`/api/wallet/payouts/${id}`, { method: "DELETE", schema: payoutSchema }),
    onSettled: () => queries.invalidateQueries({ queryKey: WALLET }),
  });
}

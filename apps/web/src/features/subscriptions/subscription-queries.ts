import {
  channelOfferSchema,
  channelTiersSchema,
  mySubscriptionsSchema,
  type NewSubscription,
  type NewSubscriptionGift,
  subscriberListSchema,
  subscriptionOrderSchema,
  type TierInput,
  tierSchema,
} from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** Everything about the caller's subscriptions is stale together. */
const SUBSCRIPTIONS = ["subscriptions"] as const;
const LOOK_AGAIN_MS = 2_000;
const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;

/** What a room's channel sells, and what the caller has of it. */
export const offerQuery = (room: string) =>
  queryOptions({
    queryKey: [...SUBSCRIPTIONS, "offer", room],
    queryFn: ({ signal }) => request(`${pathOf(room)}/subscription`, { schema: channelOfferSchema, signal }),
    staleTime: 30_000,
  });

export const mySubscriptionsQuery = queryOptions({
  queryKey: [...SUBSCRIPTIONS, "mine"],
  queryFn: ({ signal }) => request("/api/subscriptions", { schema: mySubscriptionsSchema, signal }),
});

/** One order; asked again for as long as it is open. */
export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: [...SUBSCRIPTIONS, "order", id],
    queryFn: ({ signal }) => request(`/api/subscriptions/${id}`, { schema: subscriptionOrderSchema, signal }),
    refetchInterval: ({ state }) => (state.data?.state === "open" ? LOOK_AGAIN_MS : false),
  });

/** The tiers of the caller's own channel, also those that are off. */
export const channelTiersQuery = queryOptions({
  queryKey: [...SUBSCRIPTIONS, "tiers"],
  queryFn: ({ signal }) => request("/api/channel/tiers", { schema: channelTiersSchema, signal }),
});

export const subscribersQuery = queryOptions({
  queryKey: [...SUBSCRIPTIONS, "subscribers"],
  queryFn: ({ signal }) => request("/api/channel/subscribers", { schema: subscriberListSchema, signal }),
});

/** Opens a checkout for a subscription, or for one to give; `id` makes it one order however often it is sent. */
export function useOrder(room: string) {
  return useMutation({
    mutationFn: (wanted: NewSubscription | NewSubscriptionGift) =>
      request(`${pathOf(room)}/subscription${"to" in wanted ? "-gifts" : ""}`, {
        ...{ method: "POST", body: wanted, schema: subscriptionOrderSchema },
      }),
  });
}

/** Ends a subscription with what is paid, or lets it go on. */
export function useRenewal() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ order, renews }: { order: string; renews: boolean }) =>
      request(`/api/subscriptions/${order}`, {
        ...{ method: "PATCH", body: { renews }, schema: subscriptionOrderSchema },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: SUBSCRIPTIONS }),
  });
}

/** What the buyer does in the sandbox. */
export function useSandboxOrder(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (outcome: "pay" | "decline") =>
      request(`/api/subscriptions/${id}/sandbox`, {
        ...{ method: "POST", body: { outcome }, schema: subscriptionOrderSchema },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: SUBSCRIPTIONS }),
  });
}

export function usePutTier() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ level, ...tier }: TierInput & { level: number }) =>
      request(`/api/channel/tiers/${level}`, { method: "PUT", body: tier, schema: tierSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: SUBSCRIPTIONS }),
  });
}

import { giftListSchema, supporterListSchema, walletSchema } from "@sameroom/contract";
import { queryOptions } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** What can be sent, cheapest first. */
export const giftsQuery = queryOptions({
  queryKey: ["gifts"],
  queryFn: ({ signal }) => request("/api/gifts", { schema: giftListSchema, signal }),
  staleTime: 5 * 60_000,
});

/** What the caller has; for those with an account. */
export const walletQuery = queryOptions({
  queryKey: ["wallet"],
  queryFn: ({ signal }) => request("/api/wallet", { schema: walletSchema, signal }),
  staleTime: 15_000,
});

/** Who gave most, of one show or of all time. */
export const supportersQuery = (room: string, broadcast: string | null) =>
  queryOptions({
    queryKey: ["supporters", room, broadcast],
    queryFn: ({ signal }) =>
      request(
        `/api/rooms/${encodeURIComponent(room)}/supporters${broadcast === null ? "" : `?broadcast=${broadcast}`}`,
        { schema: supporterListSchema, signal },
      ),
    staleTime: 5_000,
  });

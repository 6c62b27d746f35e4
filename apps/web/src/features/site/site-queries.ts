import { demoSchema, siteSchema } from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** What this server is and allows. */
export const siteQuery = queryOptions({
  queryKey: ["site"],
  queryFn: ({ signal }) => request("/api/site", { schema: siteSchema, signal }),
  staleTime: 30_000,
});

/** Starts the demo broadcast; answers with the room it will be in, not live yet. */
export function useStartDemo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request("/api/demo", { method: "POST", schema: demoSchema }),
    onSettled: () => queries.invalidateQueries({ queryKey: siteQuery.queryKey }),
  });
}

export function useStopDemo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request("/api/demo", { method: "DELETE" }),
    onSettled: () => queries.invalidateQueries({ queryKey: siteQuery.queryKey }),
  });
}

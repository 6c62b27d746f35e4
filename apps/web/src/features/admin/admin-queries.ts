import { type AdminUser, adminUserSchema, userListSchema, workerListSchema } from "@sameroom/contract";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** Accounts whose name holds `search`, a page at a time. */
export const usersQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["admin", "users", search],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ limit: "50" });
      if (search) query.set("search", search);
      if (pageParam) query.set("cursor", pageParam);
      return request(`/api/admin/users?${query}`, { schema: userListSchema, signal });
    },
    getNextPageParam: (page) => page.nextCursor,
  });

/** The media workers; asked again every 3 s. */
export const workersQuery = queryOptions({
  queryKey: ["admin", "workers"],
  queryFn: ({ signal }) => request("/api/admin/workers", { schema: workerListSchema, signal }),
  refetchInterval: 3_000,
});

export type UserChange = Partial<Pick<AdminUser, "disabled" | "role">>;

export function useChangeUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: UserChange }) =>
      request(`/api/admin/users/${id}`, { method: "PATCH", body: change, schema: adminUserSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["admin", "users"] }),
  });
}

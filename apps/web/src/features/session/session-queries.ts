import { accountViewSchema, type LogIn, type SignUp, sessionViewSchema } from "@sameroom/contract";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** Who is logged in here. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => request("/api/session", { schema: sessionViewSchema, signal }),
  staleTime: 5 * 60_000,
});

/** The account logged in, null without one, undefined while not known yet. */
export function useAccount() {
  return useQuery(sessionQuery).data?.account;
}

/** After another account took over everything that was read for the old one is stale. */
function useEnter<Form>(path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (form: Form) => request(path, { method: "POST", body: form, schema: accountViewSchema }),
    onSuccess: (account) => {
      queries.setQueryData(sessionQuery.queryKey, { account });
      void queries.invalidateQueries();
    },
  });
}
export const useLogIn = () => useEnter<LogIn>("/api/session");
export const useSignUp = () => useEnter<SignUp>("/api/accounts");

/** Logs out; what only the account could see is forgotten. */
export function useLogOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request("/api/session", { method: "DELETE" }),
    onSuccess: () => {
      queries.removeQueries({
        predicate: ({ queryKey }) => ["stream-key", "admin", "wallet"].includes(String(queryKey[0])),
      });
      queries.setQueryData(sessionQuery.queryKey, { account: null });
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
}

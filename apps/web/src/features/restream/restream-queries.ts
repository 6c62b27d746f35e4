import {
  type NewRestreamTarget,
  type RestreamTargetChanges,
  restreamTargetListSchema,
  restreamTargetSchema,
} from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}/restream-targets`;

/** Where a room's shows are sent on to, with how that went at the time of asking. */
export const restreamQuery = (room: string) =>
  queryOptions({
    queryKey: ["restream", room],
    queryFn: ({ signal }) => request(pathOf(room), { schema: restreamTargetListSchema, signal }),
  });

/** Adds a target. */
export function useAddTarget(room: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (target: NewRestreamTarget) =>
      request(pathOf(room), { method: "POST", body: target, schema: restreamTargetSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: restreamQuery(room).queryKey }),
  });
}

/** Changes a target, or switches it on and off. */
export function useChangeTarget(room: string, target: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: RestreamTargetChanges) =>
      request(`${pathOf(room)}/${target}`, { method: "PATCH", body: changes, schema: restreamTargetSchema }),
    onSuccess: () => queries.invalidateQueries({ queryKey: restreamQuery(room).queryKey }),
  });
}

/** Removes a target. */
export function useRemoveTarget(room: string, target: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request(`${pathOf(room)}/${target}`, { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: restreamQuery(room).queryKey }),
  });
}

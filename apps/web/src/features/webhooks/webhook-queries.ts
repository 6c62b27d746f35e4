import {
  deliveryListSchema,
  deliverySchema,
  type NewWebhook,
  newWebhookAnswerSchema,
  type WebhookChanges,
  webhookListSchema,
  webhookSchema,
} from "@sameroom/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/request.ts";

const ROOT = "/api/webhooks";
const LIST = ["webhooks"] as const;

/** The caller's webhooks; asked again every few seconds, for how they are doing. */
export const webhooksQuery = queryOptions({
  queryKey: LIST,
  queryFn: ({ signal }) => request(ROOT, { schema: webhookListSchema, signal }),
  refetchInterval: 5_000,
});

/** What was sent to one lately. */
export const deliveriesQuery = (webhook: string) =>
  queryOptions({
    queryKey: [...LIST, webhook, "deliveries"],
    queryFn: ({ signal }) => request(`${ROOT}/${webhook}/deliveries`, { schema: deliveryListSchema, signal }),
    refetchInterval: 5_000,
  });

function useWebhookMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: LIST }) });
}

/** Makes a webhook; the answer has its secret, this once. */
export const useAddWebhook = () =>
  useWebhookMutation((wanted: NewWebhook) =>
    request(ROOT, { method: "POST", body: wanted, schema: newWebhookAnswerSchema }),
  );

/** Changes a webhook, or switches it on and off. */
export const useChangeWebhook = (id: string) =>
  useWebhookMutation((changes: WebhookChanges) =>
    request(`${ROOT}/${id}`, { method: "PATCH", body: changes, schema: webhookSchema }),
  );

export const useRemoveWebhook = (id: string) =>
  useWebhookMutation(() => request(`${ROOT}/${id}`, { method: "DELETE" }));

/** Sends an event of type `test`; the answer says how it was taken. */
export const useTestWebhook = (id: string) =>
  useWebhookMutation(() => request(`${ROOT}/${id}/test`, { method: "POST", schema: deliverySchema }));

/** Sends a room's log again, from the event after this one on. */
export const useReplayWebhook = (id: string) =>
  useWebhookMutation((from: { room: string; after: number }) =>
    request(`${ROOT}/${id}/replay`, { method: "POST", body: from }),
  );

import type { Delivery, Webhook } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatAgo, formatDate } from "../../ui/format/time.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { deliveriesQuery, useReplayWebhook } from "./webhook-queries.ts";
import { typeWord } from "./webhook-words.ts";

/** What was sent to a webhook lately, attempt by attempt; from any of them on it can be sent again. */
export function DeliveryList({ webhook, nowMs }: { webhook: Webhook; nowMs: number }) {
  const list = useQuery(deliveriesQuery(webhook.id));
  const replay = useReplayWebhook(webhook.id);
  const toast = useToast();
  if (list.isPending) return <Skeleton className="h-24 rounded-2xl" />;
  if (!list.data) return <QueryFault query={list} what="What was sent" />;
  const { deliveries } = list.data;
  if (deliveries.length === 0)
    return <p className="text-ink-soft text-sm">Nothing was sent in the last seven days.</p>;
  const again = ({ room, sequence }: Delivery) => {
    if (room === null || sequence === null) return;
    replay.mutate(
      { room, after: sequence - 1 },
      {
        onSuccess: () => toast({ text: `Sending ${room} again from event ${sequence} on.` }),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      },
    );
  };
  return (
    <ol
      aria-label={`Deliveries to ${webhook.url}`}
      className="max-h-96 overflow-y-auto rounded-2xl border border-line"
    >
      {deliveries.map((delivery) => (
        <li
          key={delivery.id}
          className="flex min-h-12 items-center gap-3 border-line border-t py-1 pr-1 pl-3.5 text-sm first:border-t-0"
        >
          <Badge tone={delivery.fault === null ? "good" : "bad"}>{delivery.status ?? "No answer"}</Badge>
          <div className="min-w-0 flex-1">
            <p className="truncate">
              <span className="font-semibold">{typeWord(delivery.type)}</span>
              {delivery.room !== null && (
                <span className="text-ink-soft tabular">
                  {" "}
                  {delivery.room} #{delivery.sequence}
                </span>
              )}
            </p>
            <p className="truncate text-ink-faint text-xs" title={delivery.fault ?? undefined}>
              <time dateTime={delivery.at} title={formatDate(delivery.at)}>
                {formatAgo(delivery.at, nowMs)}
              </time>
              {delivery.attempt > 1 && `, attempt ${delivery.attempt}`}
              {delivery.status === null && delivery.fault !== null && `: ${delivery.fault}`}
            </p>
          </div>
          <span className="shrink-0 text-ink-faint text-xs tabular">
            {Math.round(delivery.durationMs)} ms
          </span>
          {delivery.sequence === null ? (
            <span className="size-11" />
          ) : (
            <IconButton
              label={`Send again from ${delivery.room} #${delivery.sequence} on`}
              icon={<RotateCcw size={16} />}
              onClick={() => again(delivery)}
            />
          )}
        </li>
      ))}
    </ol>
  );
}

import type { MySubscriptions } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { mySubscriptionsQuery, useRenewal } from "./subscription-queries.ts";
import { monthsWords, ORDER_WORDS, orderWords } from "./subscription-words.ts";

type Running = MySubscriptions["running"][number];

/** What somebody subscribes to, to end it or let it go on, and what they ordered. */
export function MySubscriptionsView() {
  const query = useQuery(mySubscriptionsQuery);
  const [ending, setEnding] = useState<Running | null>(null);
  const renewal = useRenewal();
  const toast = useToast();
  const change = (order: string, renews: boolean) =>
    renewal.mutate(
      { order, renews },
      {
        onSuccess: () => toast({ text: renews ? "It goes on." : "It ends with what is paid.", tone: "good" }),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
        onSettled: () => setEnding(null),
      },
    );
  if (query.isPending) return <Skeleton className="h-40 rounded-3xl" />;
  if (query.data === undefined) return <QueryFault query={query} what="Your subscriptions" />;
  const { running, orders } = query.data;
  return (
    <>
      {running.length === 0 && (
        <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">
          You subscribe to nobody. Channels that have subscriptions show the button under their picture.
        </p>
      )}
      <ul className="grid gap-3 md:grid-cols-2">
        {running.map((one) => (
          <li
            key={one.channel.id}
            className="flex flex-col gap-3 rounded-3xl border border-line bg-surface p-5"
          >
            <div className="flex items-start justify-between gap-3">
              <div className="min-w-0">
                <h2 className="truncate text-lg font-bold">{one.channel.name}</h2>
                <p className="text-sm text-ink-soft">
                  {one.tier}
                  {one.price !== null && `, ${formatMoney(one.price)} a month`} · {monthsWords(one.months)} so
                  far
                </p>
              </div>
              <Badge tone={one.renews ? "good" : "neutral"}>{one.renews ? "Renews" : "Ends"}</Badge>
            </div>
            <p className="text-sm">
              {one.renews ? "Next payment on" : "Runs until"}{" "}
              <span className="font-semibold">{formatDate(one.until)}</span>
              {one.giver !== null && `, a gift of ${one.giver}`}
            </p>
            <div className="flex flex-wrap gap-2">
              {one.room !== null && (
                <Link to="/r/$room" params={{ room: one.room }} className={buttonClass("secondary", "sm")}>
                  Go to the room
                </Link>
              )}
              {one.order !== null &&
                (one.renews ? (
                  <Button variant="quiet" size="sm" onClick={() => setEnding(one)}>
                    End it
                  </Button>
                ) : (
                  <Button
                    size="sm"
                    busy={renewal.isPending}
                    onClick={() => one.order !== null && change(one.order, true)}
                  >
                    Let it go on
                  </Button>
                ))}
            </div>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={ending !== null}
        title="End this subscription?"
        confirm="End it"
        cancel="Keep it"
        busy={renewal.isPending}
        onConfirm={() => ending?.order && change(ending.order, false)}
        onCancel={() => setEnding(null)}
      >
        {ending !== null &&
          `You keep it until ${formatDate(ending.until)}, then nothing is taken any more. Until then you can let it go on.`}
      </ConfirmDialog>
      {orders.length > 0 && (
        <section aria-labelledby="orders" className="mt-10">
          <h2 id="orders" className="mb-3 text-lg font-bold">
            What you ordered
          </h2>
          <DataTable
            caption="Orders"
            rows={orders}
            keyOf={({ id }) => id}
            columns={[
              { key: "at", name: "When", cell: ({ createdAt }) => formatDate(createdAt) },
              { key: "what", name: "What", cell: orderWords },
              {
                key: "price",
                name: "Price",
                align: "end",
                cell: ({ price }) => <span className="tabular">{formatMoney(price)}</span>,
              },
              {
                key: "state",
                name: "State",
                cell: ({ state }) => <Badge tone={ORDER_WORDS[state].tone}>{ORDER_WORDS[state].text}</Badge>,
              },
            ]}
          />
        </section>
      )}
    </>
  );
}

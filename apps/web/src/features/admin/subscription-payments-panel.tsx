import type { SubscriptionPayment } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatMoney } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { MoneyPanel } from "./money-panel.tsx";
import { subscriptionPaymentsQuery, useRefundSubscription } from "./money-queries.ts";
import { RefundDialog, stateAndRefund } from "./refunds.tsx";

const KINDS: Record<SubscriptionPayment["kind"], string> = {
  joined: "First month",
  renewed: "Renewal",
  gifted: "Gift",
};

/** The newest payments for subscriptions, and the way to give the money back. */
export function SubscriptionPaymentsPanel() {
  const payments = useQuery(subscriptionPaymentsQuery);
  const [asked, setAsked] = useState<SubscriptionPayment | null>(null);
  const refund = useRefundSubscription();
  return (
    <MoneyPanel
      id="subscription-payments"
      title="Subscriptions"
      caption="Payments for subscriptions"
      query={payments}
      rows={payments.data?.payments}
      emptyText="Nobody has paid for a subscription."
      keyOf={({ id }) => id}
      columns={[
        { key: "who", name: "Who", cell: ({ buyer }) => <span className="font-semibold">{buyer}</span> },
        { key: "channel", name: "Channel", cell: ({ channel }) => channel },
        { key: "at", name: "When", cell: ({ at }) => formatDate(at) },
        { key: "what", name: "What", cell: ({ kind, tier }) => `${tier}, ${KINDS[kind].toLowerCase()}` },
        {
          key: "price",
          name: "Price",
          align: "end",
          cell: ({ price }) => <span className="tabular">{formatMoney(price)}</span>,
        },
        ...stateAndRefund<SubscriptionPayment>(
          ({ buyer }) => `Refund the subscription of ${buyer}`,
          setAsked,
        ),
      ]}
    >
      {asked !== null && (
        <RefundDialog payment={asked} name={asked.buyer} refund={refund} onClose={() => setAsked(null)}>
          What this paid for is over at once, and the earnings are taken back.
        </RefundDialog>
      )}
    </MoneyPanel>
  );
}

import type { SubscriptionPayment } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { PURCHASE_WORDS } from "../wallet/wallet-words.ts";
import { MoneyPanel } from "./money-panel.tsx";
import { subscriptionPaymentsQuery, useRefundSubscription } from "./money-queries.ts";

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
  const toast = useToast();
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
        {
          key: "state",
          name: "State",
          cell: ({ state, provider }) => (
            <span className="flex flex-wrap gap-1.5 max-md:justify-end">
              <Badge tone={PURCHASE_WORDS[state].tone}>{PURCHASE_WORDS[state].text}</Badge>
              {provider === "sandbox" && <Badge tone="warn">Sandbox</Badge>}
            </span>
          ),
        },
        {
          key: "actions",
          name: "Actions",
          align: "end",
          cell: (payment) =>
            payment.state === "paid" && (
              <Button
                size="sm"
                variant="danger"
                aria-label={`Refund the subscription of ${payment.buyer}`}
                onClick={() => setAsked(payment)}
              >
                Refund
              </Button>
            ),
        },
      ]}
    >
      {asked !== null && (
        <ConfirmDialog
          open
          title={`Refund ${formatMoney(asked.price)} to ${asked.buyer}?`}
          confirm="Refund"
          busy={refund.isPending}
          onConfirm={() =>
            refund.mutate(asked.id, {
              onSuccess: () => toast({ text: "Refunded.", tone: "good" }),
              onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
              onSettled: () => setAsked(null),
            })
          }
          onCancel={() => setAsked(null)}
        >
          What this paid for is over at once, and the earnings are taken back.
        </ConfirmDialog>
      )}
    </MoneyPanel>
  );
}

import type { AdminPurchase } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { PURCHASE_WORDS } from "../wallet/wallet-words.ts";
import { coinsAndMoney, whoAndWhen } from "./money-columns.tsx";
import { MoneyPanel } from "./money-panel.tsx";
import { allPurchasesQuery, useRefund } from "./money-queries.ts";

/** The newest purchases, and the way to give the money back. */
export function PurchasesPanel() {
  const purchases = useQuery(allPurchasesQuery);
  const [asked, setAsked] = useState<AdminPurchase | null>(null);
  const refund = useRefund();
  const toast = useToast();
  return (
    <MoneyPanel
      id="purchases"
      title="Purchases"
      query={purchases}
      rows={purchases.data?.purchases}
      emptyText="Nobody has bought coins."
      keyOf={({ id }) => id}
      columns={[
        ...whoAndWhen<AdminPurchase>("When"),
        ...coinsAndMoney<AdminPurchase>(({ coins }) => coins.toLocaleString("en"), {
          ...{ name: "Price", of: ({ price }) => price },
        }),
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
          cell: (purchase) =>
            purchase.state === "paid" && (
              <Button
                size="sm"
                variant="danger"
                aria-label={`Refund the purchase of ${purchase.account.name}`}
                onClick={() => setAsked(purchase)}
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
          title={`Refund ${formatMoney(asked.price)} to ${asked.account.name}?`}
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
          The {asked.coins.toLocaleString("en")} coins are taken back as far as they are still there.
        </ConfirmDialog>
      )}
    </MoneyPanel>
  );
}

import type { AdminPurchase } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { coinsAndMoney, whoAndWhen } from "./money-columns.tsx";
import { MoneyPanel } from "./money-panel.tsx";
import { allPurchasesQuery, useRefund } from "./money-queries.ts";
import { RefundDialog, stateAndRefund } from "./refunds.tsx";

/** The newest purchases, and the way to give the money back. */
export function PurchasesPanel() {
  const purchases = useQuery(allPurchasesQuery);
  const [asked, setAsked] = useState<AdminPurchase | null>(null);
  const refund = useRefund();
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
        ...stateAndRefund<AdminPurchase>(({ account }) => `Refund the purchase of ${account.name}`, setAsked),
      ]}
    >
      {asked !== null && (
        <RefundDialog
          payment={asked}
          name={asked.account.name}
          refund={refund}
          onClose={() => setAsked(null)}
        >
          The {asked.coins.toLocaleString("en")} coins are taken back as far as they are still there.
        </RefundDialog>
      )}
    </MoneyPanel>
  );
}

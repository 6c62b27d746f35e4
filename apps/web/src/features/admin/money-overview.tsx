import { useQuery } from "@tanstack/react-query";
import { formatPoints } from "../../ui/format/money.ts";
import { Notice } from "../../ui/molecules/notice.tsx";
import { Stat } from "../../ui/molecules/stat.tsx";
import { walletQuery } from "../gifts/gift-queries.ts";
import { SandboxNotice } from "../wallet/sandbox-notice.tsx";
import { AdminList } from "./admin-list.tsx";
import { ledgerQuery } from "./money-queries.ts";
import { PackagesPanel } from "./packages-panel.tsx";
import { PayoutsPanel } from "./payouts-panel.tsx";
import { PurchasesPanel } from "./purchases-panel.tsx";
import { SubscriptionPaymentsPanel } from "./subscription-payments-panel.tsx";

/** Where all coins are, payouts to settle, what is sold and was sold. */
export function MoneyOverview() {
  const ledger = useQuery(ledgerQuery);
  const provider = useQuery(walletQuery).data?.provider;
  const sums = ledger.data;
  return (
    <div className="flex flex-col gap-10">
      <AdminList query={ledger} empty={false} emptyText="">
        {provider === "sandbox" && <SandboxNotice />}
        {sums?.balanced === false && (
          <Notice tone="bad" title="The ledger does not add up">
            Somebody has changed the database by hand. Look at the tables that begin with ledger_ before you
            pay anything out.
          </Notice>
        )}
        {sums !== undefined && (
          <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
            <Stat name="Sold" value={formatPoints(0 - sums.issued)} unit="coins" />
            <Stat name="In wallets" value={formatPoints(sums.wallets)} />
            <Stat name="Earnings" value={formatPoints(sums.earnings + sums.payouts)} />
            <Stat name="Commission" value={formatPoints(sums.commission)} />
            <Stat name="Paid out" value={formatPoints(sums.paidOut)} />
            <Stat name="Refunded, but spent" value={formatPoints(0 - sums.shortfall)} />
          </dl>
        )}
      </AdminList>
      <PayoutsPanel />
      <PackagesPanel />
      <PurchasesPanel />
      <SubscriptionPaymentsPanel />
    </div>
  );
}

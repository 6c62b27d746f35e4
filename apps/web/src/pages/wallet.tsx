import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { QueryFault } from "../features/api/query-fault.tsx";
import { walletQuery } from "../features/gifts/gift-queries.ts";
import { MySubscriptionsView } from "../features/subscriptions/my-subscriptions.tsx";
import { OrderNotice } from "../features/subscriptions/order-notice.tsx";
import { BuyCoins } from "../features/wallet/buy-coins.tsx";
import { Earnings } from "../features/wallet/earnings.tsx";
import { PurchaseList } from "../features/wallet/purchase-list.tsx";
import { PurchaseNotice } from "../features/wallet/purchase-notice.tsx";
import { Statement } from "../features/wallet/statement.tsx";
import { Coin } from "../ui/atoms/coin.tsx";
import { Skeleton } from "../ui/atoms/skeleton.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Tabs } from "../ui/molecules/tabs.tsx";
import { Page, PageHeading } from "../ui/templates/page.tsx";

const route = getRouteApi("/wallet");

/** What somebody has to spend and has earned. */
export function WalletPage() {
  const { view, purchase, order } = route.useSearch();
  const navigate = useNavigate();
  const wallet = useQuery(walletQuery);
  useTitle("Wallet");
  return (
    <Page>
      <div className="mx-auto max-w-5xl">
        <PageHeading
          title="Wallet"
          actions={
            <p className="flex items-center gap-2.5 rounded-2xl border border-line bg-surface px-4 py-2.5">
              <Coin className="size-7" />
              {wallet.data === undefined ? (
                <Skeleton className="h-7 w-16 rounded-lg" />
              ) : (
                <span className="font-display text-2xl font-bold leading-none tabular">
                  {wallet.data.coins.toLocaleString("en")}
                </span>
              )}
              <span className="text-sm text-ink-soft">coins</span>
            </p>
          }
        >
          Coins are what you send as gifts. What others send you is earnings.
        </PageHeading>
        {purchase !== undefined && (
          <div className="mb-6">
            <PurchaseNotice id={purchase} />
          </div>
        )}
        {order !== undefined && (
          <div className="mb-6">
            <OrderNotice id={order} />
          </div>
        )}
        {wallet.error !== null && wallet.data === undefined && (
          <QueryFault query={wallet} what="Your wallet" />
        )}
        <Tabs
          label="Wallet"
          current={view}
          onChange={(next) => void navigate({ to: "/wallet", search: { view: next }, replace: true })}
          tabs={[
            { key: "coins", label: "Buy coins" },
            { key: "earnings", label: "Earnings" },
            { key: "subscriptions", label: "Subscriptions" },
            { key: "history", label: "History" },
          ]}
        >
          {view === "coins" && wallet.data !== undefined && (
            <>
              <BuyCoins provider={wallet.data.provider} />
              <PurchaseList />
            </>
          )}
          {view === "earnings" && wallet.data !== undefined && <Earnings wallet={wallet.data} />}
          {view === "subscriptions" && <MySubscriptionsView />}
          {view === "history" && <Statement />}
        </Tabs>
      </div>
    </Page>
  );
}

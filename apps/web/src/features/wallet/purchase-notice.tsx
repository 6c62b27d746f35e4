import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { walletQuery } from "../gifts/gift-queries.ts";
import { purchaseQuery } from "./wallet-queries.ts";

/** What became of the purchase somebody comes back from. */
export function PurchaseNotice({ id }: { id: string }) {
  const purchase = useQuery(purchaseQuery(id));
  const queries = useQueryClient();
  const state = purchase.data?.state;
  useEffect(() => {
    if (state === "paid") void queries.invalidateQueries({ queryKey: walletQuery.queryKey, exact: true });
  }, [state, queries]);
  if (purchase.isPending) return null;
  if (purchase.data === undefined) return <QueryFault query={purchase} what="Your purchase" />;
  const coins = purchase.data.coins.toLocaleString("en");
  if (state === "paid") return <Notice tone="good" title={`${coins} coins are yours`} />;
  if (state === "refunded") return <Notice tone="info" title="This purchase was refunded" />;
  if (state === "failed")
    return (
      <Notice tone="warn" title="The coins were not paid">
        Nothing was taken. Choose again whenever you like.
      </Notice>
    );
  return (
    <Notice
      tone="info"
      title="The payment is not confirmed yet"
      action={
        purchase.data.checkoutUrl !== null && (
          <a href={purchase.data.checkoutUrl} className={buttonClass("secondary", "sm")}>
            Back to the checkout
          </a>
        )
      }
    >
      Your {coins} coins appear here by themselves once it is.
    </Notice>
  );
}

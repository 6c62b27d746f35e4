import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { mySubscriptionsQuery, orderQuery } from "./subscription-queries.ts";
import { orderWords } from "./subscription-words.ts";

/** What became of the order somebody comes back from. */
export function OrderNotice({ id }: { id: string }) {
  const query = useQuery(orderQuery(id));
  const queries = useQueryClient();
  const order = query.data;
  const state = order?.state;
  useEffect(() => {
    if (state === "active") void queries.invalidateQueries({ queryKey: mySubscriptionsQuery.queryKey });
  }, [state, queries]);
  if (query.isPending) return null;
  if (order === undefined) return <QueryFault query={query} what="Your order" />;
  const back = order.room !== null && (
    <Link to="/r/$room" params={{ room: order.room }} className={buttonClass("primary", "sm")}>
      Back to the room
    </Link>
  );
  switch (order.state) {
    case "active":
      return (
        <Notice tone="good" title={order.kind === "own" ? "You are a subscriber" : "Given"} action={back}>
          {orderWords(order)}.
        </Notice>
      );
    case "open":
      return (
        <Notice
          tone="info"
          title="The payment is not confirmed yet"
          action={
            order.checkoutUrl !== null && (
              <a href={order.checkoutUrl} className={buttonClass("secondary", "sm")}>
                Back to the checkout
              </a>
            )
          }
        >
          It is in force by itself once it is.
        </Notice>
      );
    case "failed":
      return (
        <Notice tone="warn" title="It was not paid" action={back}>
          Nothing was taken. Choose again whenever you like.
        </Notice>
      );
    case "ended":
      return <Notice tone="info" title="This subscription has ended" action={back} />;
    case "refunded":
      return <Notice tone="info" title="This was refunded" />;
  }
}

import type { NewSubscription, NewSubscriptionGift, SubscriptionOrder } from "@sameroom/contract";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { useAccount } from "../session/session-queries.ts";
import { useOrder } from "./subscription-queries.ts";

type Wish = Omit<NewSubscription, "id"> | Omit<NewSubscriptionGift, "id">;

/**
 * Leads to the checkout of what somebody chooses; whoever is not logged in is asked to, and comes back. `leavingFor`: what is being
 * ordered, as text; null: nothing.
 */
export function useCheckout(room: string): { order: (wish: Wish) => void; leavingFor: string | null } {
  const account = useAccount();
  const ordering = useOrder(room);
  const navigate = useNavigate();
  const { href } = useLocation();
  const toast = useToast();
  const [leavingFor, setLeavingFor] = useState<string | null>(null);
  // One order for each choice: a second press, or one after a lost answer, opens the same checkout.
  const ids = useRef(new Map<string, string>());

  const leave = ({ id, checkoutUrl }: SubscriptionOrder) => {
    if (checkoutUrl === null) void navigate({ to: "/wallet", search: { view: "subscriptions", order: id } });
    else if (checkoutUrl.startsWith("/"))
      void navigate({ to: "/checkout/sandbox/subscription/$order", params: { order: id } });
    else window.location.assign(checkoutUrl);
  };

  return {
    leavingFor,
    order(wish) {
      if (!account) return void navigate({ to: "/log-in", search: { next: href } });
      const key = JSON.stringify(wish);
      const id = ids.current.get(key) ?? crypto.randomUUID();
      ids.current.set(key, id);
      setLeavingFor(key);
      ordering.mutate(
        { id, ...wish },
        {
          onSuccess: leave,
          onError(error) {
            setLeavingFor(null);
            // What is refused once is another order the next time: who is here changes.
            ids.current.delete(key);
            toast({ text: messageOf(error), tone: "bad" });
          },
        },
      );
    },
  };
}

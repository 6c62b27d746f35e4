import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { Coin } from "../../ui/atoms/coin.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { SandboxNotice } from "./sandbox-notice.tsx";
import { purchaseQuery, useSandbox } from "./wallet-queries.ts";

/** The checkout of the sandbox: like a provider's, but nobody pays. */
export function SandboxCheckout({ id }: { id: string }) {
  const purchase = useQuery(purchaseQuery(id));
  const sandbox = useSandbox(id);
  const navigate = useNavigate();
  const toast = useToast();
  const act = (outcome: "pay" | "decline") =>
    sandbox.mutate(outcome, {
      onSuccess: () =>
        void navigate({ to: "/wallet", search: { view: "coins", purchase: id }, replace: true }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  if (purchase.isPending) return <Skeleton className="h-72 rounded-3xl" />;
  if (purchase.data === undefined) return <QueryFault query={purchase} what="The purchase" />;
  const { state, coins, price } = purchase.data;
  return (
    <div className="flex flex-col gap-6">
      <SandboxNotice />
      <div className="flex items-center gap-4 rounded-3xl border border-line bg-surface p-6 shadow-card">
        <Coin className="size-14" />
        <p className="min-w-0 flex-1 font-display text-2xl font-bold leading-tight tabular">
          {coins.toLocaleString("en")} coins
        </p>
        <p className="font-display text-2xl font-bold tabular">{formatMoney(price)}</p>
      </div>
      {state === "open" ? (
        <div className="flex flex-col gap-3">
          <Button variant="primary" size="lg" busy={sandbox.isPending} onClick={() => act("pay")}>
            Pretend to pay {formatMoney(price)}
          </Button>
          <Button size="lg" busy={sandbox.isPending} onClick={() => act("decline")}>
            Pretend it is declined
          </Button>
        </div>
      ) : (
        <Link to="/wallet" search={{ view: "coins", purchase: id }} className={buttonClass("primary", "lg")}>
          Back to the wallet
        </Link>
      )}
    </div>
  );
}

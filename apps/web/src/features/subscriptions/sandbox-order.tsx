import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Gem } from "lucide-react";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { SandboxNotice } from "../wallet/sandbox-notice.tsx";
import { orderQuery, useSandboxOrder } from "./subscription-queries.ts";
import { orderWords } from "./subscription-words.ts";

/** The checkout of the sandbox for subscriptions: like a provider's, but nobody pays. */
export function SandboxOrder({ id }: { id: string }) {
  const query = useQuery(orderQuery(id));
  const sandbox = useSandboxOrder(id);
  const navigate = useNavigate();
  const toast = useToast();
  const act = (outcome: "pay" | "decline") =>
    sandbox.mutate(outcome, {
      onSuccess: () =>
        void navigate({ to: "/wallet", search: { view: "subscriptions", order: id }, replace: true }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  if (query.isPending) return <Skeleton className="h-72 rounded-3xl" />;
  if (query.data === undefined) return <QueryFault query={query} what="The order" />;
  const { state, price, kind } = query.data;
  return (
    <div className="flex flex-col gap-6">
      <SandboxNotice />
      <div className="flex items-center gap-4 rounded-3xl border border-line bg-surface p-6 shadow-card">
        <Gem size={36} className="shrink-0 text-ember-text" aria-hidden="true" />
        <p className="min-w-0 flex-1 text-lg font-bold leading-tight [overflow-wrap:anywhere]">
          {orderWords(query.data)}
        </p>
        <p className="text-right font-display text-2xl font-bold leading-tight tabular">
          {formatMoney(price)}
          {kind === "own" && (
            <span className="block font-sans text-sm font-medium text-ink-soft">a month</span>
          )}
        </p>
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
        <Link
          to="/wallet"
          search={{ view: "subscriptions", order: id }}
          className={buttonClass("primary", "lg")}
        >
          Back to your subscriptions
        </Link>
      )}
    </div>
  );
}

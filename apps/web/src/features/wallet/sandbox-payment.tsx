import type { Price } from "@sameroom/contract";
import type { UseMutationResult, UseQueryResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { SandboxNotice } from "./sandbox-notice.tsx";

/** A checkout of the sandbox: like a provider's, but nobody pays. */
export function SandboxPayment<Sold extends { state: string; price: Price }>(props: {
  query: UseQueryResult<Sold>;
  /** What is paid for, where it cannot be loaded: `The purchase`. */
  what: string;
  sandbox: UseMutationResult<unknown, Error, "pay" | "decline">;
  /** Place in the wallet to go to when it is decided. */
  after: { view: "coins"; purchase: string } | { view: "subscriptions"; order: string };
  /** The way back to it, when it was decided before. */
  back: ReactNode;
  /** What is sold, and its price. */
  children: (sold: Sold) => ReactNode;
}) {
  const { query, sandbox } = props;
  const navigate = useNavigate();
  const toast = useToast();
  if (query.isPending) return <Skeleton className="h-72 rounded-3xl" />;
  if (query.data === undefined) return <QueryFault query={query} what={props.what} />;
  const act = (outcome: "pay" | "decline") =>
    sandbox.mutate(outcome, {
      onSuccess: () => void navigate({ to: "/wallet", search: props.after, replace: true }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  return (
    <div className="flex flex-col gap-6">
      <SandboxNotice />
      <div className="flex items-center gap-4 rounded-3xl border border-line bg-surface p-6 shadow-card">
        {props.children(query.data)}
      </div>
      {query.data.state === "open" ? (
        <div className="flex flex-col gap-3">
          <Button variant="primary" size="lg" busy={sandbox.isPending} onClick={() => act("pay")}>
            Pretend to pay {formatMoney(query.data.price)}
          </Button>
          <Button size="lg" busy={sandbox.isPending} onClick={() => act("decline")}>
            Pretend it is declined
          </Button>
        </div>
      ) : (
        props.back
      )}
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Gem } from "lucide-react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { SandboxPayment } from "../wallet/sandbox-payment.tsx";
import { orderQuery, useSandboxOrder } from "./subscription-queries.ts";
import { orderWords } from "./subscription-words.ts";

/** The checkout of the sandbox for subscriptions. */
export function SandboxOrder({ id }: { id: string }) {
  const query = useQuery(orderQuery(id));
  const sandbox = useSandboxOrder(id);
  const after = { view: "subscriptions", order: id } as const;
  return (
    <SandboxPayment
      {...{ query, sandbox, after }}
      what="The order"
      back={
        <Link to="/wallet" search={after} className={buttonClass("primary", "lg")}>
          Back to your subscriptions
        </Link>
      }
    >
      {(order) => (
        <>
          <Gem size={36} className="shrink-0 text-ember-text" aria-hidden="true" />
          <p className="min-w-0 flex-1 text-lg font-bold leading-tight [overflow-wrap:anywhere]">
            {orderWords(order)}
          </p>
          <p className="text-right font-display text-2xl font-bold leading-tight tabular">
            {formatMoney(order.price)}
            {order.kind === "own" && (
              <span className="block font-sans text-sm font-medium text-ink-soft">a month</span>
            )}
          </p>
        </>
      )}
    </SandboxPayment>
  );
}

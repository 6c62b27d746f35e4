import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Coin } from "../../ui/atoms/coin.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { SandboxPayment } from "./sandbox-payment.tsx";
import { purchaseQuery, useSandbox } from "./wallet-queries.ts";

/** The checkout of the sandbox for coins. */
export function SandboxCheckout({ id }: { id: string }) {
  const query = useQuery(purchaseQuery(id));
  const sandbox = useSandbox(id);
  const after = { view: "coins", purchase: id } as const;
  return (
    <SandboxPayment
      {...{ query, sandbox, after }}
      what="The purchase"
      back={
        <Link to="/wallet" search={after} className={buttonClass("primary", "lg")}>
          Back to the wallet
        </Link>
      }
    >
      {({ coins, price }) => (
        <>
          <Coin className="size-14" />
          <p className="min-w-0 flex-1 font-display text-2xl font-bold leading-tight tabular">
            {coins.toLocaleString("en")} coins
          </p>
          <p className="font-display text-2xl font-bold tabular">{formatMoney(price)}</p>
        </>
      )}
    </SandboxPayment>
  );
}

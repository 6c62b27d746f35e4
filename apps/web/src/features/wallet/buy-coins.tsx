import type { CoinPackage, PaymentProviderName } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Coin } from "../../ui/atoms/coin.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { SandboxNotice } from "./sandbox-notice.tsx";
import { packagesQuery, useBuy } from "./wallet-queries.ts";

/** Packages of coins; choosing one leads to the checkout. */
export function BuyCoins({ provider }: { provider: PaymentProviderName }) {
  const packages = useQuery(packagesQuery);
  const buy = useBuy();
  const navigate = useNavigate();
  const toast = useToast();
  const [leavingFor, setLeavingFor] = useState<string | null>(null);
  // One purchase for each choice: a second press, or one after a lost answer, opens the same checkout.
  const ids = useRef(new Map<string, string>());

  const choose = ({ code }: CoinPackage) => {
    const id = ids.current.get(code) ?? crypto.randomUUID();
    ids.current.set(code, id);
    setLeavingFor(code);
    buy.mutate(
      { id, package: code },
      {
        onSuccess: ({ checkoutUrl }) => {
          if (checkoutUrl === null) void navigate({ to: "/wallet", search: { view: "coins", purchase: id } });
          else if (checkoutUrl.startsWith("/"))
            void navigate({ to: "/checkout/sandbox/$purchase", params: { purchase: id } });
          else window.location.assign(checkoutUrl);
        },
        onError: (error) => {
          setLeavingFor(null);
          toast({ text: messageOf(error), tone: "bad" });
        },
      },
    );
  };

  if (provider === "off")
    return (
      <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">
        Coins are not sold on this server.
      </p>
    );
  if (packages.isPending)
    return (
      <div role="status" className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
        <span className="sr-only">Loading</span>
        {["a", "b", "c", "d", "e"].map((key) => (
          <Skeleton key={key} className="h-36 rounded-3xl" />
        ))}
      </div>
    );
  if (packages.data === undefined) return <QueryFault query={packages} what="The coins" />;
  return (
    <div className="flex flex-col gap-5">
      {provider === "sandbox" && <SandboxNotice />}
      {packages.data.packages.length === 0 && (
        <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">
          There are no coins for sale at the moment.
        </p>
      )}
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
        {packages.data.packages.map((one) => (
          <li key={one.code}>
            <button
              type="button"
              onClick={() => choose(one)}
              aria-disabled={leavingFor !== null || undefined}
              className="group flex w-full flex-col items-center gap-3 rounded-3xl border border-line bg-surface px-3 pt-6 pb-4 shadow-card transition-[border-color,translate] hover:-translate-y-0.5 hover:border-ember motion-reduce:hover:translate-y-0"
            >
              <Coin className="size-11" />
              <span className="font-display text-2xl font-bold leading-none tabular">
                {one.coins.toLocaleString("en")}
                <span className="mt-1 block font-sans text-sm font-medium text-ink-soft">coins</span>
              </span>
              <span className="flex h-10 w-full items-center justify-center rounded-xl bg-ember-wash font-semibold text-ember-text tabular transition-colors group-hover:bg-ember group-hover:text-on-ember">
                {leavingFor === one.code ? <Spinner /> : formatMoney(one.price)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

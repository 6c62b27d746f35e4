import type { CoinPackage } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { coinsAndMoney } from "./money-columns.tsx";
import { MoneyPanel } from "./money-panel.tsx";
import { allPackagesQuery } from "./money-queries.ts";
import { PackageDialog } from "./package-dialog.tsx";

/** Coins as they are sold. */
export function PackagesPanel() {
  const packages = useQuery(allPackagesQuery);
  const [changing, setChanging] = useState<CoinPackage | "new" | null>(null);
  return (
    <MoneyPanel
      id="packages"
      title="Coins for sale"
      caption="Packages of coins"
      action={
        <Button size="sm" onClick={() => setChanging("new")}>
          Add a package
        </Button>
      }
      query={packages}
      rows={packages.data?.packages}
      emptyText="Nothing is for sale."
      keyOf={({ code }) => code}
      columns={[
        {
          key: "code",
          name: "Package",
          cell: ({ code }) => <span className="font-semibold">{code}</span>,
        },
        ...coinsAndMoney<CoinPackage>(({ coins }) => coins.toLocaleString("en"), {
          ...{ name: "Price", of: ({ price }) => price },
        }),
        {
          key: "offered",
          name: "State",
          cell: ({ offered }) =>
            offered ? <Badge tone="good">For sale</Badge> : <Badge>Not for sale</Badge>,
        },
        {
          key: "actions",
          name: "Actions",
          align: "end",
          cell: (sold) => (
            <Button size="sm" aria-label={`Change ${sold.code}`} onClick={() => setChanging(sold)}>
              Change
            </Button>
          ),
        },
      ]}
    >
      {changing !== null && (
        <PackageDialog sold={changing === "new" ? null : changing} onClose={() => setChanging(null)} />
      )}
    </MoneyPanel>
  );
}

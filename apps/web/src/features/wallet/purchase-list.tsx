import { useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { purchasesQuery } from "./wallet-queries.ts";
import { PURCHASE_WORDS } from "./wallet-words.ts";

/** The caller's purchases, newest first; nothing while there are none. */
export function PurchaseList() {
  const purchases = useQuery(purchasesQuery).data?.purchases.filter(({ state }) => state !== "open") ?? [];
  if (purchases.length === 0) return null;
  return (
    <section aria-labelledby="purchases" className="mt-10">
      <h2 id="purchases" className="mb-3 text-lg font-bold">
        Purchases
      </h2>
      <DataTable
        caption="Purchases"
        rows={purchases}
        keyOf={({ id }) => id}
        columns={[
          { key: "at", name: "When", cell: ({ createdAt }) => formatDate(createdAt) },
          {
            key: "coins",
            name: "Coins",
            align: "end",
            cell: ({ coins }) => <span className="tabular">{coins.toLocaleString("en")}</span>,
          },
          {
            key: "price",
            name: "Price",
            align: "end",
            cell: ({ price }) => <span className="tabular">{formatMoney(price)}</span>,
          },
          {
            key: "state",
            name: "State",
            cell: ({ state }) => (
              <Badge tone={PURCHASE_WORDS[state].tone}>{PURCHASE_WORDS[state].text}</Badge>
            ),
          },
        ]}
      />
    </section>
  );
}

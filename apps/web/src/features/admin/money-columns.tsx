import type { Price } from "@sameroom/contract";
import { formatMoney } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import type { Column } from "../../ui/organisms/data-table.tsx";

interface OfSomebody {
  account: { name: string };
  createdAt: string;
}

/** Who it is of, and since when; `when` names the latter. */
export function whoAndWhen<Row extends OfSomebody>(when: string): Column<Row>[] {
  return [
    {
      key: "who",
      name: "Who",
      cell: ({ account }) => <span className="font-semibold">{account.name}</span>,
    },
    { key: "at", name: when, cell: ({ createdAt }) => formatDate(createdAt) },
  ];
}

/** Coins and what they are worth. `coinsOf` writes the former as people read it. */
export function coinsAndMoney<Row>(
  coinsOf: (row: Row) => string,
  money: { name: string; of: (row: Row) => Price },
): Column<Row>[] {
  return [
    {
      key: "coins",
      name: "Coins",
      align: "end",
      cell: (row) => <span className="tabular">{coinsOf(row)}</span>,
    },
    {
      key: "money",
      name: money.name,
      align: "end",
      cell: (row) => <span className="tabular">{formatMoney(money.of(row))}</span>,
    },
  ];
}

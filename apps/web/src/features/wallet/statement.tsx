import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { Select } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatPoints } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { statementQuery } from "./wallet-queries.ts";
import { KIND_WORDS } from "./wallet-words.ts";

const signed = (points: number) => `${points > 0 ? "+" : ""}${formatPoints(points)}`;

/** What came in and went out, line by line, and as a file. */
export function Statement() {
  const [of, setOf] = useState<"coins" | "earnings">("coins");
  const statement = useInfiniteQuery(statementQuery(of));
  const lines = statement.data?.pages.flatMap((page) => page.lines);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Select
          aria-label="Statement of"
          value={of}
          onChange={(event) => setOf(event.target.value === "earnings" ? "earnings" : "coins")}
          className="max-w-48"
        >
          <option value="coins">Coins</option>
          <option value="earnings">Earnings</option>
        </Select>
        <a href={`/api/wallet/statement.csv?of=${of}`} download className={buttonClass("secondary")}>
          <Download size={18} aria-hidden="true" /> Download CSV
        </a>
      </div>
      {statement.isPending && <Skeleton className="h-40 rounded-3xl" />}
      {statement.error !== null && lines === undefined && (
        <QueryFault query={statement} what="Your statement" />
      )}
      {lines?.length === 0 && (
        <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">
          {of === "coins" ? "Nothing came in or went out yet." : "Gifts in your rooms will be listed here."}
        </p>
      )}
      {lines !== undefined && lines.length > 0 && (
        <DataTable
          caption={`Statement of ${of}`}
          rows={lines}
          keyOf={({ transfer }) => transfer}
          columns={[
            {
              key: "at",
              name: "When",
              cell: ({ at }) => <span className="text-ink-soft">{formatDate(at)}</span>,
            },
            {
              key: "memo",
              name: "What",
              cell: ({ kind, memo }) => (
                <span className="block leading-snug max-md:text-right">
                  <span className="block font-semibold">{KIND_WORDS[kind]}</span>
                  <span className="block break-words text-sm text-ink-soft">{memo}</span>
                </span>
              ),
            },
            {
              key: "points",
              name: "Coins",
              align: "end",
              cell: ({ points }) => (
                <span className={`font-semibold tabular ${points > 0 ? "text-good" : "text-ink"}`}>
                  {signed(points)}
                </span>
              ),
            },
            {
              key: "balance",
              name: "Balance",
              align: "end",
              cell: ({ balancePoints }) => <span className="tabular">{formatPoints(balancePoints)}</span>,
            },
          ]}
        />
      )}
      {statement.hasNextPage && (
        <Button
          className="self-center"
          busy={statement.isFetchingNextPage}
          onClick={() => statement.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </div>
  );
}

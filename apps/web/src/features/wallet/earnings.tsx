import type { Wallet } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { formatPoints } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { Stat } from "../../ui/molecules/stat.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { PayoutForm } from "./payout-form.tsx";
import { PayoutList } from "./payout-list.tsx";
import { earningsQuery } from "./wallet-queries.ts";

/** What somebody's shows brought, and how it becomes money. */
export function Earnings({ wallet }: { wallet: Wallet }) {
  const { points, pendingPoints, paidPoints } = wallet.earnings;
  const shows = useQuery(earningsQuery);
  return (
    <div className="flex flex-col gap-5">
      <dl className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        <Stat name="To pay out" value={formatPoints(points)} unit="coins" />
        <Stat name="In payouts that wait" value={formatPoints(pendingPoints)} unit="coins" />
        <Stat name="Paid out" value={formatPoints(paidPoints)} unit="coins" />
      </dl>
      <Panel title="Payouts">
        <PayoutForm wallet={wallet} />
        <div className="mt-5">
          <PayoutList />
        </div>
      </Panel>
      <section aria-labelledby="shows" className="mt-4">
        <h2 id="shows" className="mb-3 text-lg font-bold">
          Your shows
        </h2>
        {shows.error !== null && shows.data === undefined && <QueryFault query={shows} what="Your shows" />}
        {shows.data?.shows.length === 0 && (
          <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">
            Nobody has sent you a gift yet. Viewers send them while you are live.
          </p>
        )}
        {shows.data !== undefined && shows.data.shows.length > 0 && (
          <DataTable
            caption="Earnings by show"
            rows={shows.data.shows}
            keyOf={({ broadcast, room }) => `${room} ${broadcast}`}
            columns={[
              {
                key: "show",
                name: "Show",
                cell: ({ room, title }) => (
                  <Link
                    to="/r/$room"
                    params={{ room }}
                    className="font-semibold underline-offset-4 hover:underline"
                  >
                    {title}
                  </Link>
                ),
              },
              { key: "at", name: "Last gift", cell: ({ lastGiftAt }) => formatDate(lastGiftAt) },
              {
                key: "gifts",
                name: "Gifts",
                align: "end",
                cell: ({ gifts }) => <span className="tabular">{gifts.toLocaleString("en")}</span>,
              },
              {
                key: "coins",
                name: "Coins sent",
                align: "end",
                cell: ({ coins }) => <span className="tabular">{coins.toLocaleString("en")}</span>,
              },
              {
                key: "points",
                name: "Earned",
                align: "end",
                cell: (show) => <span className="font-semibold tabular">{formatPoints(show.points)}</span>,
              },
            ]}
          />
        )}
      </section>
    </div>
  );
}

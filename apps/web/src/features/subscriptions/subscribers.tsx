import { useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatPoints } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { Stat } from "../../ui/molecules/stat.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { subscribersQuery } from "./subscription-queries.ts";

/** Who subscribes to the caller's channel, and what it brought. */
export function Subscribers() {
  const query = useQuery(subscribersQuery);
  if (query.isPending) return <Skeleton className="h-24 rounded-3xl" />;
  if (query.data === undefined) return <QueryFault query={query} what="Your subscribers" />;
  const { subscribers, count, earnedPoints } = query.data;
  return (
    <section aria-label="Subscribers" className="flex flex-col gap-4">
      <dl className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Stat name="Subscribers" value={count.toLocaleString("en")} />
        <Stat name="Earned in thirty days" value={formatPoints(earnedPoints)} unit="coins" />
      </dl>
      {count === 0 ? (
        <p className="rounded-3xl bg-sunken px-6 py-10 text-center text-ink-soft">
          Nobody subscribes yet. Put a tier on sale, and the button appears under your shows.
        </p>
      ) : (
        <DataTable
          caption="Subscribers"
          rows={subscribers}
          keyOf={({ id }) => id}
          columns={[
            { key: "name", name: "Who", cell: ({ name }) => <span className="font-semibold">{name}</span> },
            { key: "tier", name: "Tier", cell: ({ tier }) => tier },
            {
              key: "months",
              name: "Months",
              align: "end",
              cell: ({ months }) => <span className="tabular">{months}</span>,
            },
            { key: "until", name: "Paid until", cell: ({ until }) => formatDate(until) },
            {
              key: "state",
              name: "State",
              cell: ({ renews, giver }) =>
                giver !== null ? (
                  <Badge tone="dusk">Gift of {giver}</Badge>
                ) : (
                  <Badge tone={renews ? "good" : "neutral"}>{renews ? "Renews" : "Ends"}</Badge>
                ),
            },
          ]}
        />
      )}
      {count > subscribers.length && (
        <p className="text-sm text-ink-soft">The list shows {subscribers.length} of them.</p>
      )}
    </section>
  );
}

import type { Payout } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatMoney, formatPoints } from "../../ui/format/money.ts";
import { formatDate } from "../../ui/format/time.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { messageOf } from "../api/api-error.ts";
import { payoutsQuery, useCancelPayout } from "./wallet-queries.ts";
import { PAYOUT_WORDS } from "./wallet-words.ts";

/** The caller's payouts, newest first; nothing while there are none. */
export function PayoutList() {
  const payouts = useQuery(payoutsQuery).data?.payouts ?? [];
  if (payouts.length === 0) return null;
  return (
    <DataTable
      caption="Payouts"
      rows={payouts}
      keyOf={({ id }) => id}
      columns={[
        { key: "at", name: "Asked for", cell: ({ createdAt }) => formatDate(createdAt) },
        {
          key: "coins",
          name: "Coins",
          align: "end",
          cell: ({ points }) => <span className="tabular">{formatPoints(points)}</span>,
        },
        {
          key: "money",
          name: "Money",
          align: "end",
          cell: ({ money }) => <span className="tabular">{formatMoney(money)}</span>,
        },
        {
          key: "where",
          name: "Where to",
          cell: ({ destination }) => <span className="break-words">{destination}</span>,
        },
        { key: "state", name: "State", cell: (payout) => <State payout={payout} /> },
      ]}
    />
  );
}

function State({ payout }: { payout: Payout }) {
  const cancel = useCancelPayout();
  const toast = useToast();
  const { text, tone } = PAYOUT_WORDS[payout.state];
  return (
    <span className="flex flex-wrap items-center gap-2 max-md:justify-end">
      <Badge tone={tone}>{text}</Badge>
      {payout.note !== "" && <span className="text-sm text-ink-soft">{payout.note}</span>}
      {payout.state === "requested" && (
        <Button
          size="sm"
          variant="quiet"
          busy={cancel.isPending}
          onClick={() =>
            cancel.mutate(payout.id, { onError: (error) => toast({ text: messageOf(error), tone: "bad" }) })
          }
        >
          Take back
        </Button>
      )}
    </span>
  );
}

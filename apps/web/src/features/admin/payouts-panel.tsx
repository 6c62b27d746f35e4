import type { AdminPayout } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { formatMoney, formatPoints } from "../../ui/format/money.ts";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { PAYOUT_WORDS } from "../wallet/wallet-words.ts";
import { coinsAndMoney, whoAndWhen } from "./money-columns.tsx";
import { MoneyPanel } from "./money-panel.tsx";
import { allPayoutsQuery, useSettlePayout } from "./money-queries.ts";

/** Payouts people ask for; the money itself is sent outside, by hand. */
export function PayoutsPanel() {
  const payouts = useQuery(allPayoutsQuery);
  const [settling, setSettling] = useState<AdminPayout | null>(null);
  return (
    <MoneyPanel
      id="payouts"
      title="Payouts"
      query={payouts}
      rows={payouts.data?.payouts}
      emptyText="Nobody asked for a payout."
      keyOf={({ id }) => id}
      columns={[
        ...whoAndWhen<AdminPayout>("Asked for"),
        ...coinsAndMoney<AdminPayout>(({ points }) => formatPoints(points), {
          ...{ name: "Money", of: ({ money }) => money },
        }),
        {
          key: "where",
          name: "Where to",
          cell: ({ destination }) => <span className="break-words">{destination}</span>,
        },
        {
          key: "state",
          name: "State",
          align: "end",
          cell: (payout) =>
            payout.state === "requested" ? (
              <Button
                size="sm"
                aria-label={`Settle the payout of ${payout.account.name}`}
                onClick={() => setSettling(payout)}
              >
                Settle
              </Button>
            ) : (
              <Badge tone={PAYOUT_WORDS[payout.state].tone}>{PAYOUT_WORDS[payout.state].text}</Badge>
            ),
        },
      ]}
    >
      {settling !== null && <SettleDialog payout={settling} onClose={() => setSettling(null)} />}
    </MoneyPanel>
  );
}

function SettleDialog({ payout, onClose }: { payout: AdminPayout; onClose: () => void }) {
  const [note, setNote] = useState("");
  const settle = useSettlePayout();
  const toast = useToast();
  const act = (outcome: "paid" | "refused") =>
    settle.mutate(
      { id: payout.id, outcome, note },
      {
        onSuccess: () =>
          toast({
            text: outcome === "paid" ? "Marked as paid." : "Refused; the coins are back.",
            tone: "good",
          }),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
        onSettled: onClose,
      },
    );
  return (
    <Dialog open title={`${formatMoney(payout.money)} to ${payout.account.name}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="rounded-xl bg-sunken px-4 py-3 break-words">{payout.destination}</p>
        <p className="text-ink-soft">Send the money first. Nothing is sent from here.</p>
        <Field label="Note" hint="They see it: a reference, or why it was refused.">
          {(control) => (
            <Input
              {...control}
              value={note}
              maxLength={200}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap justify-end gap-3">
          <Button variant="danger" busy={settle.isPending} onClick={() => act("refused")}>
            Refuse
          </Button>
          <Button variant="primary" busy={settle.isPending} onClick={() => act("paid")}>
            The money was sent
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

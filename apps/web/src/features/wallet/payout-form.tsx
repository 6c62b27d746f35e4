import { newPayoutSchema, POINTS_PER_COIN, type Wallet } from "@sameroom/contract";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { formatMoney, formatPoints } from "../../ui/format/money.ts";
import { Field } from "../../ui/molecules/field.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm, type Faults } from "../api/form-faults.ts";
import { useRequestPayout } from "./wallet-queries.ts";

/** Asks for earnings as money. */
export function PayoutForm({ wallet }: { wallet: Wallet }) {
  const { earnings, payout } = wallet;
  const [coins, setCoins] = useState("");
  const [destination, setDestination] = useState("");
  const [faults, setFaults] = useState<Faults>({});
  const id = useRef(crypto.randomUUID());
  const request = useRequestPayout();
  const toast = useToast();
  const points = Math.round(Number(coins.replace(",", ".")) * POINTS_PER_COIN);
  const isAmount = coins.trim() !== "" && Number.isFinite(points) && points > 0;
  const { amount, currency } = payout.per1000Coins;
  const money = Math.floor((points * amount) / (1000 * POINTS_PER_COIN));

  if (earnings.points < payout.minPoints)
    return (
      <p className="text-ink-soft">
        You can ask for a payout from {formatPoints(payout.minPoints)} coins of earnings on. You have{" "}
        {formatPoints(earnings.points)}.
      </p>
    );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isAmount) return setFaults({ points: "Say how many coins." });
    if (points < payout.minPoints)
      return setFaults({ points: `The least is ${formatPoints(payout.minPoints)} coins.` });
    if (points > earnings.points) return setFaults({ points: "That is more than you have." });
    const checked = checkForm(newPayoutSchema, { id: id.current, points, destination });
    if (!checked.ok) return setFaults(checked.faults);
    request.mutate(checked.value, {
      onSuccess: () => {
        id.current = crypto.randomUUID();
        setCoins("");
        toast({ text: "Your payout is on its way to an admin.", tone: "good" });
      },
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  };

  return (
    <form className="flex max-w-xl flex-col gap-4" onSubmit={submit} noValidate>
      <Field
        label="Coins"
        fault={faults.points}
        hint={isAmount ? `You get ${formatMoney({ amount: money, currency })}.` : undefined}
        aside={
          <button
            type="button"
            className="font-semibold text-ember-text underline-offset-4 hover:underline"
            onClick={() => setCoins(String(earnings.points / POINTS_PER_COIN))}
          >
            All of it
          </button>
        }
      >
        {(control) => (
          <Input
            {...control}
            value={coins}
            inputMode="decimal"
            autoComplete="off"
            placeholder={String(payout.minPoints / POINTS_PER_COIN)}
            onChange={(event) => {
              setCoins(event.target.value);
              setFaults({});
            }}
          />
        )}
      </Field>
      <Field
        label="Where to"
        fault={faults.destination}
        hint="For the admin who sends the money: a bank account, a PayPal address."
      >
        {(control) => (
          <Input
            {...control}
            value={destination}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => {
              setDestination(event.target.value);
              setFaults({});
            }}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" className="self-start" busy={request.isPending}>
        Ask for the payout
      </Button>
    </form>
  );
}

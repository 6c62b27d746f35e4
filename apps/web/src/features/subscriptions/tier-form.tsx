import type { Tier } from "@sameroom/contract";
import { useId, useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input, Textarea } from "../../ui/atoms/input.tsx";
import { formatUnits, parseUnits } from "../../ui/format/money.ts";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { usePutTier } from "./subscription-queries.ts";

/** Providers take no less, in the smallest unit. */
const LEAST = 50;

/** One tier of the caller's channel, to change, turn on or off. `tier` null: it was never made. */
export function TierForm({ level, tier, currency }: { level: number; tier: Tier | null; currency: string }) {
  const put = usePutTier();
  const toast = useToast();
  const id = useId();
  const [name, setName] = useState(tier?.name ?? ["Supporter", "Friend", "Patron"][level - 1] ?? "");
  const [perks, setPerks] = useState(tier?.perks ?? "");
  const [price, setPrice] = useState(formatUnits(tier?.price.amount ?? 500 * level - 1, currency));
  const [offered, setOffered] = useState(tier?.offered ?? false);
  const typed = parseUnits(price, currency);
  const amount = typed !== null && typed >= LEAST ? typed : null;
  const save = () => {
    if (amount === null) return;
    put.mutate(
      { level, name, perks, amount, offered },
      {
        onSuccess: () => toast({ text: offered ? "Saved, and on sale." : "Saved.", tone: "good" }),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      },
    );
  };
  return (
    <Panel
      title={`Tier ${level}`}
      aside={tier?.offered ? <Badge tone="good">On sale</Badge> : <Badge tone="neutral">Off</Badge>}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
          <Field label="Name">
            {(control) => (
              <Input
                {...control}
                value={name}
                required
                maxLength={40}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <Field
            label={`A month, ${currency.toUpperCase()}`}
            {...(amount === null ? { fault: `At least ${formatUnits(LEAST, currency)}` } : {})}
          >
            {(control) => (
              <Input
                {...control}
                value={price}
                inputMode="decimal"
                onChange={({ target }) => setPrice(target.value)}
              />
            )}
          </Field>
        </div>
        <Field label="What subscribers get" hint="In your words. The badge in the chat comes by itself.">
          {(control) => (
            <Textarea
              {...control}
              value={perks}
              maxLength={300}
              onChange={({ target }) => setPerks(target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <label htmlFor={id} className="flex min-h-11 items-center gap-3 text-sm font-semibold">
            <input
              id={id}
              type="checkbox"
              checked={offered}
              onChange={({ target }) => setOffered(target.checked)}
              className="size-5 accent-ember"
            />
            On sale
          </label>
          <Button type="submit" variant="primary" busy={put.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Panel>
  );
}

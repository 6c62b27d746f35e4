import { MAX_GIFTED, type Presence, type Tier } from "@sameroom/contract";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Select } from "../../ui/atoms/input.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { Field } from "../../ui/molecules/field.tsx";
import { monthsWords } from "./subscription-words.ts";

const COUNTS = [1, 5, 10, 20, MAX_GIFTED] as const;
const MONTHS = [1, 3, 6, 12] as const;

export interface GiftWish {
  level: number;
  months: number;
  to: { participant: string } | { random: number };
}

/** Chooses what to give to whom. `people`: who is here and could be named. */
export function GiftForm(props: {
  tiers: readonly Tier[];
  people: readonly Presence[];
  busy: boolean;
  onGive: (wish: GiftWish) => void;
}) {
  const { tiers, people } = props;
  const [level, setLevel] = useState(tiers[0]?.level ?? 1);
  const [months, setMonths] = useState<number>(1);
  const [to, setTo] = useState("1");
  const tier = tiers.find((one) => one.level === level) ?? tiers[0];
  if (tier === undefined) return null;
  const random = Number(to);
  const count = Number.isNaN(random) ? 1 : random;
  const price = { ...tier.price, amount: tier.price.amount * months * count };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const whom = Number.isNaN(random) ? { participant: to } : { random };
        props.onGive({ level: tier.level, months, to: whom });
      }}
    >
      <Field label="For whom" hint="By lot: people who are here, have an account and no subscription.">
        {(control) => (
          <Select {...control} value={to} onChange={({ target }) => setTo(target.value)}>
            <optgroup label="By lot">
              {COUNTS.map((one) => (
                <option key={one} value={one}>
                  {one === 1 ? "Somebody who is here" : `${one} people who are here`}
                </option>
              ))}
            </optgroup>
            {people.length > 0 && (
              <optgroup label="By name">
                {people.map(({ participant, name }) => (
                  <option key={participant} value={participant}>
                    {name}
                  </option>
                ))}
              </optgroup>
            )}
          </Select>
        )}
      </Field>
      {tiers.length > 1 && (
        <Field label="Which">
          {(control) => (
            <Select {...control} value={level} onChange={({ target }) => setLevel(Number(target.value))}>
              {tiers.map((one) => (
                <option key={one.level} value={one.level}>
                  {one.name}, {formatMoney(one.price)} a month
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Field label="How long">
        {(control) => (
          <Select {...control} value={months} onChange={({ target }) => setMonths(Number(target.value))}>
            {MONTHS.map((one) => (
              <option key={one} value={one}>
                {monthsWords(one)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" busy={props.busy}>
        Give for {formatMoney(price)}
      </Button>
      <p className="text-center text-sm text-ink-soft">Paid once. Gifts never renew.</p>
    </form>
  );
}

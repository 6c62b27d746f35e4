import { useId } from "react";

export interface RadioCard<Id extends string> {
  id: Id;
  label: string;
  /** What choosing it means. */
  hint: string;
}

/** One of a few, each with its meaning beside it. */
export function RadioCards<Id extends string>(props: {
  legend: string;
  cards: readonly RadioCard<Id>[];
  chosen: Id;
  disabled?: boolean;
  onChoose: (id: Id) => void;
}) {
  const name = useId();
  return (
    <fieldset disabled={props.disabled} className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 text-sm font-semibold">{props.legend}</legend>
      {props.cards.map(({ id, label, hint }) => (
        <label
          key={id}
          className="flex cursor-pointer items-start gap-3 rounded-xl border border-line px-3.5 py-2.5 transition-colors hover:border-line-strong has-checked:border-ember has-checked:bg-ember-wash/40 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-[var(--focus)]"
        >
          <input
            type="radio"
            name={name}
            checked={props.chosen === id}
            onChange={() => props.onChoose(id)}
            className="mt-1 size-4 shrink-0 accent-ember outline-none"
          />
          <span className="min-w-0">
            <span className="block font-semibold leading-snug">{label}</span>
            <span className="block text-sm text-ink-soft">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

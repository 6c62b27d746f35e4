import { Check } from "lucide-react";

export interface Choice<Id> {
  id: Id;
  label: string;
  hint?: string;
}

/** One of several, in a panel over the picture. */
export function ChoiceList<Id extends string | number>(props: {
  legend: string;
  choices: readonly Choice<Id>[];
  chosen: Id | null;
  onChoose: (id: Id) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-0.5">
      <legend className="sr-only">{props.legend}</legend>
      {props.choices.map(({ id, label, hint }) => (
        <label
          key={id}
          className="flex min-h-11 sm:pointer-fine:min-h-9 cursor-pointer items-center gap-3 rounded-xl px-3 hover:bg-white/10 has-checked:bg-white/12 has-focus-visible:ring-2 has-focus-visible:ring-white"
        >
          <input
            type="radio"
            name={props.legend}
            className="peer sr-only"
            checked={props.chosen === id}
            onChange={() => props.onChoose(id)}
          />
          <Check size={18} aria-hidden="true" className="opacity-0 peer-checked:opacity-100" />
          <span className="flex-1 font-semibold">{label}</span>
          {hint && <span className="text-sm text-white/70 tabular">{hint}</span>}
        </label>
      ))}
    </fieldset>
  );
}

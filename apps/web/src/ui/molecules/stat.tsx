import type { ReactNode } from "react";

/** One number with its name; several stand in a `<dl>`. */
export function Stat({ name, value, unit }: { name: string; value: ReactNode; unit?: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 rounded-xl bg-sunken px-3 py-2.5">
      <dt className="truncate text-xs font-medium text-ink-faint">{name}</dt>
      <dd className="font-display text-lg font-semibold leading-tight tabular text-ink">
        {value}
        {unit && <span className="ml-1 font-sans text-xs font-medium text-ink-faint">{unit}</span>}
      </dd>
    </div>
  );
}

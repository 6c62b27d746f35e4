import type { RunningSubscription, Tier } from "@sameroom/contract";
import { Check, Gem } from "lucide-react";
import { Button } from "../../ui/atoms/button.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { joinClasses } from "../../ui/join-classes.ts";

/** Tiers to choose from; the one somebody has says so. `busy`: the level whose checkout is being opened. */
export function TierCards(props: {
  tiers: readonly Tier[];
  yours: RunningSubscription | null;
  busy: number | null;
  onChoose: (level: number) => void;
}) {
  const { tiers, yours, busy, onChoose } = props;
  return (
    <ul className="flex flex-col gap-3">
      {tiers.map(({ level, name, perks, price }) => {
        const has = yours?.level === level;
        return (
          <li
            key={level}
            className={joinClasses(
              "flex flex-col gap-3 rounded-2xl border p-4",
              has ? "border-ember bg-ember-wash" : "border-line",
            )}
          >
            <div className="flex items-start gap-3">
              <Gem size={20} className="mt-1 shrink-0 text-ember-text" aria-hidden="true" />
              <div className="min-w-0 flex-1">
                <h3 className="font-bold [overflow-wrap:anywhere]">{name}</h3>
                {perks !== "" && (
                  <p className="mt-1 whitespace-pre-line text-sm text-ink-soft [overflow-wrap:anywhere]">
                    {perks}
                  </p>
                )}
              </div>
              <p className="text-right font-display text-lg font-bold leading-tight tabular">
                {formatMoney(price)}
                <span className="block font-sans text-xs font-medium text-ink-soft">a month</span>
              </p>
            </div>
            {has ? (
              <p className="flex items-center gap-2 text-sm font-semibold text-ember-text">
                <Check size={16} aria-hidden="true" /> You have this
              </p>
            ) : (
              yours?.renews !== true && (
                <Button variant="primary" busy={busy === level} onClick={() => onChoose(level)}>
                  Subscribe for {formatMoney(price)}
                </Button>
              )
            )}
          </li>
        );
      })}
    </ul>
  );
}

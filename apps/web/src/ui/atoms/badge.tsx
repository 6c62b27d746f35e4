import type { ReactNode } from "react";
import { joinClasses } from "../join-classes.ts";

export type Tone = "neutral" | "ember" | "dusk" | "good" | "warn" | "bad" | "glass";
const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-ink-soft",
  ember: "bg-ember text-on-ember",
  dusk: "bg-dusk-wash text-dusk",
  good: "bg-good-wash text-good",
  warn: "bg-warn-wash text-warn",
  bad: "bg-bad-wash text-bad",
  glass: "bg-black/60 text-white backdrop-blur-md",
};

/** A small label in a pill. */
export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span
      className={joinClasses(
        "inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 text-xs font-semibold tabular",
        TONES[tone],
      )}
    >
      {icon}
      {children}
    </span>
  );
}

/** LIVE, with the lamp glowing. */
export function LiveBadge({ children = "LIVE" }: { children?: ReactNode }) {
  return (
    <Badge
      tone="ember"
      icon={<span className="size-1.5 animate-glow rounded-full bg-current" aria-hidden="true" />}
    >
      <span className="tracking-wide">{children}</span>
    </Badge>
  );
}

import type { ComponentProps, ReactNode } from "react";
import { joinClasses } from "../join-classes.ts";

const TONES = {
  plain: "text-ink-soft hover:bg-sunken hover:text-ink",
  solid: "border border-line bg-raised text-ink hover:border-line-strong",
  off: "bg-bad-wash text-bad hover:ring-1 hover:ring-bad",
  on: "bg-dusk-wash text-dusk hover:ring-1 hover:ring-dusk",
  glass: "bg-black/55 text-white backdrop-blur-md hover:bg-black/75",
} as const;

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** Read by screen readers and shown as the tooltip. */
  label: string;
  icon: ReactNode;
  tone?: keyof typeof TONES;
  /** Key that does the same, shown in the tooltip. */
  shortcut?: string;
  size?: "md" | "lg";
}

/** A square button with a picture only; 44 px at least, so that a thumb finds it. */
export function IconButton({ label, icon, tone = "plain", shortcut, size = "md", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
      {...rest}
      className={joinClasses(
        "inline-flex shrink-0 items-center justify-center transition-colors duration-150 disabled:opacity-45",
        size === "lg" ? "size-13 rounded-2xl" : "size-11 rounded-xl",
        TONES[tone],
        rest.className,
      )}
    >
      {icon}
    </button>
  );
}

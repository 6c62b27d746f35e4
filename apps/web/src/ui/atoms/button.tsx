import type { ComponentProps, ReactNode } from "react";
import { joinClasses } from "../join-classes.ts";
import { Spinner } from "./spinner.tsx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger" | "glass";
export type ButtonSize = "sm" | "md" | "lg";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-ember text-on-ember shadow-card hover:bg-ember-strong",
  secondary: "border border-line-strong/50 bg-raised text-ink hover:border-line-strong hover:bg-sunken",
  quiet: "text-ink-soft hover:bg-sunken hover:text-ink",
  danger: "bg-bad-wash text-bad hover:ring-1 hover:ring-bad",
  glass: "bg-white/16 text-white backdrop-blur-md hover:bg-white/26",
};
const SIZES: Record<ButtonSize, string> = {
  sm: "h-9 gap-1.5 rounded-lg px-3 text-sm",
  md: "h-11 gap-2 rounded-xl px-4 text-[0.95rem]",
  lg: "h-13 gap-2.5 rounded-2xl px-6 text-base",
};

/** The look of a button, for links that should look like one. */
export function buttonClass(variant: ButtonVariant = "secondary", size: ButtonSize = "md"): string {
  return joinClasses(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap font-semibold",
    "transition-[background-color,border-color,color,scale,box-shadow] duration-150 active:scale-[0.98]",
    "disabled:opacity-60 disabled:active:scale-100 aria-disabled:opacity-60",
    VARIANTS[variant],
    SIZES[size],
  );
}

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Shows a spinner and refuses clicks, but keeps the focus where it is. */
  busy?: boolean;
}

/** A button with a label. */
export function Button({ variant, size, icon, busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={joinClasses(buttonClass(variant, size), className)}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

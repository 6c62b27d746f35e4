import type { ComponentProps } from "react";
import { joinClasses } from "../join-classes.ts";

const LOOK = joinClasses(
  "w-full rounded-xl border border-line-strong bg-raised text-ink placeholder:text-ink-faint",
  "transition-colors hover:border-ink-soft aria-invalid:border-bad disabled:opacity-60",
  // 16 px keeps iOS from zooming in on focus.
  "text-base",
);

/** One line of text. */
export function Input(props: ComponentProps<"input">) {
  return <input {...props} className={joinClasses(LOOK, "h-11 px-3.5", props.className)} />;
}

/** Several lines of text. */
export function Textarea(props: ComponentProps<"textarea">) {
  return (
    <textarea {...props} className={joinClasses(LOOK, "min-h-24 resize-y px-3.5 py-2.5", props.className)} />
  );
}

/** A choice from a list, the browser's own. */
export function Select(props: ComponentProps<"select">) {
  return <select {...props} className={joinClasses(LOOK, "h-11 truncate px-3", props.className)} />;
}

import { joinClasses } from "../join-classes.ts";
import { pick, seedOf } from "../seed.ts";

const COLOURS = [
  "bg-[oklch(0.42_0.13_30)]",
  "bg-[oklch(0.42_0.12_300)]",
  "bg-[oklch(0.4_0.09_200)]",
  "bg-[oklch(0.4_0.09_150)]",
  "bg-[oklch(0.43_0.1_70)]",
  "bg-[oklch(0.42_0.12_350)]",
] as const;
const SIZES = {
  xs: "size-6 text-[0.625rem]",
  sm: "size-8 text-xs",
  md: "size-10 text-sm",
  lg: "size-13 text-lg",
} as const;

/** First letters of the first and the last word of a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

/** A person's initials on a colour of their own. Decoration: the name stands beside it. */
export function Avatar({ name, size = "md" }: { name: string; size?: keyof typeof SIZES }) {
  return (
    <span
      aria-hidden="true"
      data-initials={initialsOf(name)}
      className={joinClasses(
        "inline-flex shrink-0 select-none items-center justify-center rounded-full font-semibold text-white before:content-[attr(data-initials)]",
        pick(COLOURS, seedOf(name)),
        SIZES[size],
      )}
    />
  );
}

import { joinClasses } from "../join-classes.ts";

/** The place something will take, while it loads. Size it with `className`. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={joinClasses(
        "block animate-shimmer rounded-lg bg-[length:200%_100%]",
        "bg-[linear-gradient(100deg,var(--sunken)_30%,var(--line)_50%,var(--sunken)_70%)]",
        className,
      )}
    />
  );
}

import type { ReactNode } from "react";

/** Lies over the picture, dim, with something to say; `light` lets an old picture through, `heavy` nothing but its colours. */
export function StageVeil({
  light = false,
  heavy = false,
  children,
}: {
  light?: boolean;
  heavy?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      className={`pointer-events-none absolute inset-0 z-10 flex animate-rise flex-col items-center justify-center gap-3 px-6 text-center text-white sm:gap-4 ${
        light
          ? "bg-black/30"
          : heavy
            ? "bg-[oklch(0.15_0.025_320/0.72)] backdrop-blur-[3rem]"
            : "bg-[oklch(0.15_0.025_320/0.78)] backdrop-blur-md"
      }`}
    >
      {children}
    </div>
  );
}

/** What a veil says: a headline, and what it means. */
export function StageWords({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="max-w-md">
      <p className="font-display text-xl font-bold sm:text-2xl">{title}</p>
      <div className="mt-1 text-balance text-sm text-white/85 sm:text-base">{children}</div>
    </div>
  );
}

import type { ReactNode } from "react";

/** The one thing only the viewer can do, large, over the picture; `low`: at its lower edge, so that it stays in sight. */
export function Prompt(props: { low?: boolean; onClick: () => void; icon: ReactNode; children: ReactNode }) {
  return (
    <div
      className={`pointer-events-none absolute inset-0 z-10 flex justify-center ${props.low ? "items-end pb-14 sm:pb-20" : "items-center"}`}
    >
      <button
        type="button"
        onClick={props.onClick}
        className="pointer-events-auto flex h-14 sm:h-16 animate-rise items-center gap-3 rounded-full bg-white px-7 text-lg font-bold text-[oklch(0.24_0.045_325)] shadow-float transition-transform hover:scale-[1.03]"
      >
        {props.icon}
        {props.children}
      </button>
    </div>
  );
}

import type { ReactNode } from "react";

/** Controls at the lower edge of a phone, where the thumb is; hidden on wider screens. */
export function ThumbBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div
      role="toolbar"
      aria-label={label}
      className="safe-bottom fixed inset-x-0 bottom-0 z-30 flex items-center justify-around gap-1 border-t border-line bg-surface/95 px-3 pt-2.5 backdrop-blur-lg sm:hidden"
    >
      {children}
    </div>
  );
}

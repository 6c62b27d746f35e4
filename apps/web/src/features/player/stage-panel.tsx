import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";

export interface StagePanelProps {
  title: string;
  /** Beside the title. */
  aside?: ReactNode;
  side: "left" | "right";
  onClose: () => void;
  children: ReactNode;
}

/**
 * A panel over the picture, inside the element that fills the screen; on phones a sheet at the lower edge. Takes the
 * focus, gives it back; Escape or a click elsewhere closes it.
 */
export function StagePanel({ title, aside, side, onClose, children }: StagePanelProps) {
  const id = useId();
  const root = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement;
    const element = root.current;
    element?.focus();
    const outside = (event: Event) => {
      const target = event.target as Element;
      // What opened it closes it by itself.
      if (!element?.contains(target) && !target.closest("[data-opens-panel]")) close.current();
    };
    const press = (event: KeyboardEvent) => {
      if (event.key === "Escape") close.current();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", press);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section
      ref={root}
      tabIndex={-1}
      aria-labelledby={id}
      className={`z-40 flex animate-rise flex-col overflow-y-auto bg-[oklch(0.17_0.025_320/0.94)] p-3 text-white shadow-float outline-none backdrop-blur-md max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[80dvh] max-sm:rounded-t-3xl max-sm:pb-[max(1rem,env(safe-area-inset-bottom))] sm:absolute sm:bottom-3 sm:max-h-[calc(100%-1.5rem)] sm:w-80 sm:rounded-2xl ${
        side === "left" ? "sm:left-4" : "sm:right-4"
      }`}
    >
      <header className="flex min-h-11 items-center gap-2 pl-3">
        <h2 id={id} className="min-w-0 flex-1 truncate font-display text-base font-bold">
          {title}
        </h2>
        {aside}
        <button
          type="button"
          aria-label="Close"
          onClick={onClose}
          className="flex size-11 shrink-0 items-center justify-center rounded-xl text-white/80 hover:bg-white/12 hover:text-white"
        >
          <X size={20} aria-hidden="true" />
        </button>
      </header>
      {children}
    </section>
  );
}

import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { joinClasses } from "../join-classes.ts";

export interface MenuProps {
  /** What the button that opens it shows. */
  trigger: ReactNode;
  label: string;
  /** Which edges of button and panel meet; default right. */
  align?: "left" | "right";
  /** Room for lines with an explanation. */
  wide?: boolean;
  /** Gets a function that closes the menu again. */
  children: (close: () => void) => ReactNode;
}

/** A button that opens a small panel under it; Escape, a click elsewhere or leaving with Tab closes it. */
export function Menu({ trigger, label, align = "right", wide = false, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears Escape from the controls inside
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 items-center rounded-full"
      >
        {trigger}
      </button>
      {open && (
        <div
          id={id}
          className={joinClasses(
            "absolute z-40 mt-2 flex animate-rise flex-col gap-0.5 rounded-2xl border border-line bg-surface p-2 shadow-float",
            align === "left" ? "left-0" : "right-0",
            wide ? "w-72" : "w-60",
          )}
        >
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}

/** The look of one line in a menu. */
export const menuItemClass =
  "flex min-h-11 w-full items-center gap-3 rounded-xl px-3 text-left text-[0.95rem] font-medium text-ink hover:bg-sunken";

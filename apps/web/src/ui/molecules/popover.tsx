import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { joinClasses } from "../join-classes.ts";

export interface PopoverProps {
  /** What it stands beside; gets the focus back. */
  anchor: HTMLElement;
  label: string;
  /** `menu`: its buttons are `role="menuitem"`, arrow keys move between them. */
  role?: "menu" | "dialog";
  /** Which edge it shares with its anchor; default `end`: it opens towards the left. */
  align?: "start" | "end";
  onClose: () => void;
  className?: string;
  children: ReactNode;
}

const GAP_PX = 6;
const EDGE_PX = 8;

/**
 * A panel in the browser's top layer beside the button that opened it, above or below as there is room: nothing cuts it off.
 * Takes the focus; Escape, a click elsewhere, leaving with Tab or scrolling the page away closes it.
 */
export function Popover(props: PopoverProps) {
  const { anchor, label, role = "dialog", align = "end", onClose, className, children } = props;
  const root = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    // Test environments have no top layer.
    element.showPopover?.();
    const put = () => setPlace(placeBeside(anchor.getBoundingClientRect(), element, align));
    put();
    const sizes = new ResizeObserver(put);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [anchor, align]);
  useEffect(() => {
    const element = root.current;
    (element?.querySelector<HTMLElement>("[data-first]") ?? element?.querySelector("button"))?.focus({
      preventScroll: true,
    });
    const elsewhere = (event: Event) => {
      const target = event.target as Node;
      if (!element?.contains(target) && !anchor.contains(target)) close.current();
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
      const lost = document.activeElement === document.body || element?.contains(document.activeElement);
      if (lost && anchor.isConnected) anchor.focus({ preventScroll: true });
    };
  }, [anchor]);
  const press = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    } else if (role === "menu") moveInMenu(event, root.current);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys from the controls inside
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both of its roles have a name
    <div
      ref={root}
      popover="manual"
      role={role}
      aria-label={label}
      onKeyDown={press}
      style={place ? { left: place.left, top: place.top } : { visibility: "hidden" }}
      className={joinClasses(
        "fixed m-0 max-w-[calc(100vw-1rem)] overflow-visible rounded-2xl border border-line bg-surface p-1.5 text-ink shadow-float",
        className,
      )}
    >
      {children}
    </div>
  );
}

function placeBeside(anchor: DOMRect, element: HTMLElement, align: "start" | "end") {
  const { offsetWidth: width, offsetHeight: height } = element;
  const most = { left: window.innerWidth - width - EDGE_PX, top: window.innerHeight - height - EDGE_PX };
  const above = anchor.top - height - GAP_PX;
  const below = anchor.bottom + GAP_PX;
  const left = align === "start" ? anchor.left : anchor.right - width;
  const top = above >= EDGE_PX ? above : below;
  return {
    left: Math.max(EDGE_PX, Math.min(left, most.left)),
    top: Math.max(EDGE_PX, Math.min(top, most.top)),
  };
}

function moveInMenu(event: KeyboardEvent, root: HTMLElement | null): void {
  const items = [...(root?.querySelectorAll<HTMLElement>("[role=menuitem], [role=menuitemradio]") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}

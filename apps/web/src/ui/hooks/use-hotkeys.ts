import { useEffect, useRef } from "react";

/** Controls that move with arrows; media-chrome's keep their slider out of sight. */
const OWN_ARROWS = "[role=slider], media-volume-range";
const OWN_KEYS = "input, textarea, select, [contenteditable], [role=tab]";

/** true when a key press belongs to what has the focus (text being typed, an open dialog) and not to the page. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  if (document.querySelector("dialog[open]")) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(OWN_KEYS)) return true;
  if (/^(?:Arrow|Home$|End$|Page)/.test(event.key) && target?.closest(OWN_ARROWS)) return true;
  // Space presses the focused button or follows the focused link.
  return event.key === " " && target?.closest("button, a, summary, [role=button]") != null;
}

/** Keys for the whole page, by `KeyboardEvent.key` in lower case. Off while somebody types or a dialog is open. */
export function useHotkeys(keys: Record<string, (() => void) | undefined>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const act = latest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

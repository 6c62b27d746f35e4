import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { joinClasses } from "../join-classes.ts";

export interface Tab<Key extends string> {
  key: Key;
  label: string;
  count?: number | undefined;
}

/** Tabs as the ARIA practices want them: arrows move, one panel is shown. */
export function Tabs<Key extends string>(props: {
  label: string;
  tabs: ReadonlyArray<Tab<Key>>;
  current: Key;
  onChange: (key: Key) => void;
  /** The panel takes the height that is left in the column it stands in, and the tabs its width. */
  fill?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (list.current) bringIntoView(list.current, props.current);
  }, [props.current]);
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = props.tabs.findIndex((tab) => tab.key === props.current);
    const next = props.tabs[(at + step + props.tabs.length) % props.tabs.length];
    if (!next) return;
    props.onChange(next.key);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.key}"]`)?.focus();
  };
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={props.label}
        onKeyDown={move}
        className={joinClasses(
          "no-scrollbar flex gap-1 overflow-x-auto",
          props.fill ? "shrink-0 border-b border-line px-2 py-1" : "rounded-2xl bg-sunken p-1 sm:w-fit",
        )}
      >
        {props.tabs.map((tab) => {
          const selected = tab.key === props.current;
          return (
            <button
              key={tab.key}
              type="button"
              role="tab"
              id={`${id}-${tab.key}`}
              data-tab={tab.key}
              aria-selected={selected}
              aria-controls={`${id}-panel`}
              tabIndex={selected ? 0 : -1}
              onClick={() => props.onChange(tab.key)}
              className={joinClasses(
                "flex h-11 flex-1 items-center justify-center gap-2 whitespace-nowrap rounded-xl text-sm font-semibold transition-colors -outline-offset-2",
                props.fill ? "px-2" : "px-4",
                selected
                  ? props.fill
                    ? "bg-sunken text-ink"
                    : "bg-raised text-ink shadow-card"
                  : "text-ink-soft hover:text-ink",
              )}
            >
              {tab.label}
              {tab.count !== undefined && <span className="text-ink-faint tabular">{tab.count}</span>}
            </button>
          );
        })}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${props.current}`}
        className={props.fill ? "flex min-h-0 flex-1 flex-col" : "mt-6"}
      >
        {props.children}
      </div>
    </>
  );
}

/** Where the tabs are wider than the screen, the chosen one is not left beyond its edge; the page itself stays put. */
function bringIntoView(list: HTMLElement, key: string): void {
  const tab = list.querySelector<HTMLElement>(`[data-tab="${key}"]`);
  if (!tab) return;
  const place = tab.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  if (place.right > frame.right) list.scrollLeft += place.right - frame.right;
  else if (place.left < frame.left) list.scrollLeft -= frame.left - place.left;
}

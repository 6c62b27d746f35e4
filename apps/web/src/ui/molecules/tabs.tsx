import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
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
  children: ReactNode;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
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
        className="no-scrollbar flex gap-1 overflow-x-auto rounded-2xl bg-sunken p-1 sm:w-fit"
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
                "flex h-11 flex-1 items-center justify-center gap-2 whitespace-nowrap rounded-xl px-4 text-sm font-semibold transition-colors -outline-offset-2",
                selected ? "bg-raised text-ink shadow-card" : "text-ink-soft hover:text-ink",
              )}
            >
              {tab.label}
              {tab.count !== undefined && <span className="text-ink-faint tabular">{tab.count}</span>}
            </button>
          );
        })}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.current}`} className="mt-6">
        {props.children}
      </div>
    </>
  );
}

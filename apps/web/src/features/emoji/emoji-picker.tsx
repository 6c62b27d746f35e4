import { Search } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useId, useMemo, useRef, useState } from "react";
import { joinClasses } from "../../ui/join-classes.ts";
import { EMOJI } from "./emoji-data.ts";
import { searchEmoji } from "./emoji-search.ts";
import { EMOJI_GROUPS, type Emoji } from "./emoji-table.ts";
import { recentEmoji, rememberEmoji } from "./recent-emoji.ts";

export interface EmojiPickerProps {
  onPick: (emoji: string) => void;
  /** After a choice; with Shift one goes on choosing. */
  onDone: () => void;
}

const COLUMNS = 8;
const FOUND_MOST = 120;

interface Section {
  name: string;
  emojis: readonly Emoji[];
}

/**
 * All emoji to choose from: found by a word, by what was used lately, or by looking. The search keeps the focus; arrows go
 * through what is shown, Enter takes it.
 */
export function EmojiPicker({ onPick, onDone }: EmojiPickerProps) {
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const everything = useMemo(sections, []);
  const shown = useMemo(
    () => (wanted.trim() ? [{ name: "Found", emojis: searchEmoji(EMOJI, wanted, FOUND_MOST) }] : everything),
    [wanted, everything],
  );
  const flat = useMemo(() => shown.flatMap(({ emojis }) => emojis), [shown]);
  const pick = (emoji: Emoji | undefined, goOn: boolean) => {
    if (!emoji) return;
    rememberEmoji(emoji.emoji);
    onPick(emoji.emoji);
    if (!goOn) onDone();
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(flat.length - 1, to));
    setActive(next);
    list.current?.querySelector(`[data-at="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const press = (event: KeyboardEvent) => {
    const step = stepOf(event.key, query === "" || active > 0);
    if (step !== 0) move(active + step);
    else if (event.key === "Enter") pick(flat[active], event.shiftKey);
    else return;
    event.preventDefault();
  };
  let at = 0;
  return (
    <div className="flex h-88 w-80 max-w-full flex-col">
      <label className="m-2 mb-1 flex h-11 shrink-0 items-center gap-2 rounded-xl border border-line-strong bg-raised px-3 focus-within:border-ink-soft">
        <Search size={18} className="shrink-0 text-ink-faint" aria-hidden="true" />
        <input
          data-first
          type="text"
          role="combobox"
          aria-label="Search emoji"
          aria-expanded="true"
          aria-controls={`${id}-all`}
          aria-activedescendant={flat[active] && `${id}-${active}`}
          placeholder="Search"
          autoComplete="off"
          value={query}
          onChange={({ target }) => {
            setQuery(target.value);
            setActive(0);
          }}
          onKeyDown={press}
          className="min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint"
        />
        <span className="text-xl" aria-hidden="true">
          {flat[active]?.emoji}
        </span>
      </label>
      {!wanted.trim() && (
        <div className="flex shrink-0 justify-between px-2">
          {EMOJI_GROUPS.map(({ name, sign }) => (
            <button
              key={name}
              type="button"
              aria-label={name}
              title={name}
              onClick={() => list.current?.querySelector(`[data-group="${name}"]`)?.scrollIntoView()}
              className="flex size-8 items-center justify-center rounded-lg text-lg grayscale hover:bg-sunken hover:grayscale-0"
            >
              {sign}
            </button>
          ))}
        </div>
      )}
      <div
        ref={list}
        id={`${id}-all`}
        role="listbox"
        aria-label="Emoji"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain rounded-b-2xl px-2 pb-2 [scrollbar-width:thin]"
      >
        {shown.map(({ name, emojis }) => (
          // Whole groups that are not on screen cost nothing.
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls, these are options
          <div
            key={name}
            role="group"
            aria-label={name}
            data-group={name}
            className="[contain-intrinsic-size:auto_20rem] [content-visibility:auto]"
          >
            <p aria-hidden="true" className="bg-surface py-1 pl-1 text-xs font-semibold text-ink-faint">
              {name}
            </p>
            <div className="grid grid-cols-8" role="presentation">
              {emojis.map((emoji) => {
                const here = at++;
                return (
                  <div
                    key={emoji.emoji}
                    id={`${id}-${here}`}
                    data-at={here}
                    role="option"
                    tabIndex={-1}
                    aria-selected={here === active}
                    aria-label={emoji.label}
                    title={emoji.codes[0] ? `:${emoji.codes[0]}:` : emoji.label}
                    onPointerEnter={() => setActive(here)}
                    onPointerDown={(event) => event.preventDefault()}
                    onClick={(event) => pick(emoji, event.shiftKey)}
                    onKeyDown={press}
                    className={joinClasses(
                      "flex aspect-square cursor-pointer items-center justify-center rounded-lg text-2xl leading-none",
                      here === active && "bg-sunken",
                    )}
                  >
                    {emoji.emoji}
                  </div>
                );
              })}
            </div>
          </div>
        ))}
        {flat.length === 0 && (
          <p className="py-10 text-center text-sm text-ink-faint">No emoji is called that.</p>
        )}
      </div>
    </div>
  );
}

function sections(): Section[] {
  const recent = recentEmoji();
  const used = recent.flatMap((one) => EMOJI.find(({ emoji }) => emoji === one) ?? []);
  const groups = EMOJI_GROUPS.map(({ group, name }) => ({
    name,
    emojis: EMOJI.filter((emoji) => emoji.group === group),
  }));
  return used.length > 0 ? [{ name: "Used lately", emojis: used }, ...groups] : groups;
}

/** `sideways`: left and right are not needed to go through the text. */
function stepOf(key: string, sideways: boolean): number {
  switch (key) {
    case "ArrowDown":
      return COLUMNS;
    case "ArrowUp":
      return -COLUMNS;
    case "ArrowRight":
      return sideways ? 1 : 0;
    case "ArrowLeft":
      return sideways ? -1 : 0;
    default:
      return 0;
  }
}

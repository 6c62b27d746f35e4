import { SendHorizontal, Smile, X } from "lucide-react";
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { joinClasses } from "../../ui/join-classes.ts";
import { Popover } from "../../ui/molecules/popover.tsx";
import { complete, completionAt } from "./completion.ts";
import { type Completion, CompletionList } from "./completion-list.tsx";
import { useCompletions } from "./use-completions.ts";

const EmojiPicker = lazy(() =>
  import("../emoji/emoji-picker.tsx").then(({ EmojiPicker }) => ({ default: EmojiPicker })),
);

/** As the contract has it. */
export const LONGEST_MESSAGE = 500;
const COUNTED_FROM = 400;

export interface ComposerProps {
  text: string;
  onText: (text: string) => void;
  /** Sends what is written. */
  onSend: () => void;
  /** Whom it answers, and with what they said. */
  reply: { name: string; excerpt: string } | null;
  onNoReply: () => void;
  /** Who could be mentioned, the likeliest first. */
  names: () => Iterable<string>;
  placeholder: string;
  /** Why it cannot be sent yet: `Slow mode: 4 s`. */
  wait: string | null;
  /** Further buttons at its left. */
  extra?: ReactNode;
}

/** Where one writes: a line that grows, names and shortcodes completed, emoji, and a counter when it gets long. */
export function Composer(props: ComposerProps) {
  const { text, onText, reply } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const emojiButton = useRef<HTMLButtonElement>(null);
  const id = useId();
  const [caret, setCaret] = useState(text.length);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [picking, setPicking] = useState(false);
  const query = completionAt(text, caret);
  const completions = useCompletions(dismissed === text ? null : query, props.names);
  const left = LONGEST_MESSAGE - text.trim().length;
  const canSend = text.trim().length > 0 && left >= 0 && props.wait === null;

  useAutoSize(area, text);
  useEffect(() => {
    if (reply) area.current?.focus();
  }, [reply]);

  const put = (next: string, at: number) => {
    onText(next);
    setCaret(at);
    setActive(0);
    requestAnimationFrame(() => area.current?.setSelectionRange(at, at));
  };
  const choose = (item: Completion) => {
    if (!query) return;
    const done = complete(text, caret, query, item.insert);
    put(done.text, done.caret);
    area.current?.focus();
  };
  const send = () => {
    if (!canSend) return;
    props.onSend();
    setCaret(0);
  };
  const press = (event: KeyboardEvent) => {
    // While characters are being put together Enter ends that, not the message.
    if (event.nativeEvent.isComposing) return;
    const chosen = completions[active];
    if (chosen) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step !== 0) setActive((active + step + completions.length) % completions.length);
      else if (event.key === "Enter" || event.key === "Tab") choose(chosen);
      else if (event.key === "Escape") setDismissed(text);
      else return;
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && reply) props.onNoReply();
  };
  const insertEmoji = (emoji: string) => {
    const end = area.current?.selectionEnd ?? text.length;
    const start = area.current?.selectionStart ?? end;
    put(text.slice(0, start) + emoji + text.slice(end), start + emoji.length);
  };
  return (
    <div className="relative">
      {completions.length > 0 && (
        <CompletionList id={id} items={completions} active={active} onChoose={choose} />
      )}
      {reply && (
        <div className="mb-1.5 flex items-center gap-2 rounded-xl bg-sunken py-1 pr-1 pl-3 text-sm">
          <span className="min-w-0 flex-1 truncate text-ink-soft">
            Answering <bdi className="font-semibold text-ink">{reply.name}</bdi> {reply.excerpt}
          </span>
          <button
            type="button"
            aria-label="Do not answer"
            onClick={props.onNoReply}
            className="flex size-8 shrink-0 items-center justify-center rounded-lg hover:bg-line"
          >
            <X size={16} aria-hidden="true" />
          </button>
        </div>
      )}
      <div className="flex items-end gap-1">
        {props.extra}
        <div className="flex min-w-0 flex-1 items-end rounded-[1.375rem] border border-line-strong bg-raised focus-within:border-ink-soft focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-[var(--focus)]">
          <textarea
            ref={area}
            rows={1}
            value={text}
            aria-label="Message"
            aria-autocomplete="list"
            aria-controls={completions.length > 0 ? id : undefined}
            aria-activedescendant={completions.length > 0 ? `${id}-${active}` : undefined}
            aria-describedby={left < LONGEST_MESSAGE - COUNTED_FROM ? `${id}-left` : undefined}
            placeholder={props.placeholder}
            enterKeyHint="send"
            autoComplete="off"
            onChange={({ target }) => {
              onText(target.value);
              setCaret(target.selectionEnd);
              setActive(0);
            }}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionEnd)}
            onKeyDown={press}
            className="max-h-28 min-w-0 flex-1 resize-none bg-transparent py-2.25 pl-4 text-base leading-6 text-ink outline-none [scrollbar-width:thin] placeholder:text-ink-faint"
          />
          <IconButton
            ref={emojiButton}
            label="Emoji"
            aria-haspopup="dialog"
            aria-expanded={picking}
            icon={<Smile size={20} />}
            onClick={() => setPicking(!picking)}
            className="rounded-full"
          />
        </div>
        <IconButton
          label={props.wait ?? "Send"}
          // It stays in reach of the keyboard, and says why it waits.
          aria-disabled={!canSend}
          icon={
            props.wait ? (
              <span className="text-xs font-bold tabular">{props.wait.replace(/\D+/g, "")}</span>
            ) : (
              <SendHorizontal size={20} />
            )
          }
          // A phone keeps its keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={send}
          className={joinClasses(
            "rounded-full",
            canSend ? "bg-ember text-on-ember hover:bg-ember-strong hover:text-on-ember" : "opacity-70",
          )}
        />
      </div>
      {left < LONGEST_MESSAGE - COUNTED_FROM && (
        <p
          id={`${id}-left`}
          className={joinClasses(
            "mt-1 text-right text-xs tabular",
            left < 0 ? "font-semibold text-bad" : "text-ink-faint",
          )}
        >
          {left < 0 ? `${-left} characters too many` : `${left} characters left`}
        </p>
      )}
      {picking && emojiButton.current && (
        <Popover anchor={emojiButton.current} label="Emoji" onClose={() => setPicking(false)} className="p-0">
          <Suspense
            fallback={
              <div className="flex h-88 w-80 items-center justify-center">
                <Spinner label="Loading the emoji" />
              </div>
            }
          >
            <EmojiPicker onPick={insertEmoji} onDone={() => setPicking(false)} />
          </Suspense>
        </Popover>
      )}
    </div>
  );
}

/** The line grows with what is in it; how far is the style sheet's. */
function useAutoSize(area: { current: HTMLTextAreaElement | null }, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has another height
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [area, text]);
}

import type { PendingMessage } from "@sameroom/client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { formatCount } from "../../ui/format/numbers.ts";
import { ChatLineView, type LineActions } from "./chat-line-view.tsx";
import type { ChatLine } from "./chat-log.ts";
import { OwnLine } from "./own-line.tsx";
import { useReadersPlace } from "./use-readers-place.ts";

export interface ChatListHandle {
  /** Shows a line, and marks it for a moment. */
  show: (index: number) => void;
  toEnd: () => void;
}
export interface ChatListProps {
  lines: readonly ChatLine[];
  pending: readonly PendingMessage[];
  you: { participant: string; name: string } | null;
  actions: LineActions | null;
  showMessage: (sequence: number) => void;
  /** Asks for older lines; null: there are none. */
  loadOlder: (() => Promise<void>) | null;
  /** Somebody scrolled up to read, or came back to the end. */
  onReading: (reading: boolean) => void;
  onResend: (id: string) => void;
  onDiscard: (id: string) => void;
  /** Shown while there is nothing. */
  empty: ReactNode;
  handle: RefObject<ChatListHandle | null>;
  label: string;
}

/** Distance from the end within which new lines are followed, px. */
const AT_END_PX = 48;
const LINE_PX = 32;
const FOUND_MS = 2_000;
/** So near to the oldest line older ones are asked for. */
const NEAR_OLDEST = 8;

/**
 * Lines of a chat, only those on screen in the document. At the end it follows what comes; who reads further up keeps their
 * place, whatever is added or forgotten.
 */
export function ChatList(props: ChatListProps) {
  const { lines, pending, you } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const count = lines.length + pending.length;
  const list = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]?.key ?? pending[index - lines.length]?.id ?? index,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    overscan: 8,
    paddingStart: 8,
    paddingEnd: 8,
  });
  const [found, setFound] = useState<string | null>(null);
  const place = useReadersPlace({
    lines,
    isAtEnd: () => isAtEnd(scroller.current),
    onReading: props.onReading,
  });
  useOlder(list.range?.startIndex ?? 0, props);
  useEffect(() => {
    props.handle.current = {
      show(index) {
        list.scrollToIndex(index, { align: "center" });
        setFound(lines[index]?.key ?? null);
      },
      toEnd: () => list.scrollToEnd(),
    };
  });
  useEffect(() => {
    if (found === null) return;
    const timer = setTimeout(() => setFound(null), FOUND_MS);
    return () => clearTimeout(timer);
  }, [found]);
  const items = list.getVirtualItems();
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="log"
        // Read out by what stands beside it, at a pace one can listen to.
        aria-live="off"
        aria-label={props.label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the keys
        tabIndex={0}
        onScroll={place.look}
        onKeyDown={(event) => moveAmongLines(event, scroller.current)}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none] [scrollbar-width:thin]"
      >
        {count === 0 ? (
          props.empty
        ) : (
          <div className="relative w-full" style={{ height: list.getTotalSize() }}>
            {items.map((item) => {
              const line = lines[item.index];
              const message = pending[item.index - lines.length];
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={list.measureElement}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {line && line.key === place.firstUnread && <UnreadMark />}
                  {line && (
                    <ChatLineView
                      line={line}
                      you={you}
                      found={line.key === found}
                      actions={props.actions}
                      showMessage={props.showMessage}
                    />
                  )}
                  {message && (
                    <OwnLine
                      name={you?.name ?? "You"}
                      message={message}
                      onResend={props.onResend}
                      onDiscard={props.onDiscard}
                    />
                  )}
                </div>
              );
            })}
          </div>
        )}
      </div>
      {place.reading && (
        <button
          type="button"
          onClick={() => list.scrollToEnd()}
          className="absolute bottom-2 left-1/2 flex h-9 -translate-x-1/2 animate-rise items-center gap-1.5 rounded-full bg-ink px-4 text-sm font-semibold whitespace-nowrap text-canvas shadow-float"
        >
          <ArrowDown size={16} aria-hidden="true" />
          {place.unread === 0
            ? "To the newest"
            : `${formatCount(place.unread)} new ${place.unread === 1 ? "message" : "messages"}`}
        </button>
      )}
    </div>
  );
}

/** As it is now: the list hears of scrolling later than we do. */
function isAtEnd(scroller: HTMLElement | null): boolean {
  if (!scroller) return true;
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= AT_END_PX;
}

function UnreadMark() {
  return (
    <div className="flex items-center gap-2 px-4 py-1 text-xs font-semibold text-ember-text">
      <span className="h-px flex-1 bg-ember/50" /> New <span className="h-px flex-1 bg-ember/50" />
    </div>
  );
}

/** Older lines are there before the reader is at the oldest; one question at a time. */
function useOlder(firstShown: number, { loadOlder, lines }: ChatListProps): void {
  const asking = useRef(false);
  const near = firstShown < NEAR_OLDEST;
  const oldest = lines[0]?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when there is another oldest line
  useEffect(() => {
    if (!near || !loadOlder || asking.current) return;
    asking.current = true;
    void loadOlder().finally(() => {
      asking.current = false;
    });
  }, [near, oldest, loadOlder === null]);
}

/** Up and down go from message to message, for what can be done with each. */
function moveAmongLines(event: KeyboardEvent, scroller: HTMLElement | null): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !scroller) return;
  const buttons = [...scroller.querySelectorAll<HTMLElement>("[data-line-menu]")].sort(
    (one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top,
  );
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (step < 0 ? buttons.at(-1) : buttons[0]) : buttons[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

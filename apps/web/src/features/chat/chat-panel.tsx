import { may, type RoomEvent } from "@sameroom/contract";
import { Link, useLocation } from "@tanstack/react-router";
import { MessageCircleHeart, WifiOff } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { hasShortcode, withEmoji } from "../emoji/emoji-search.ts";
import { loadEmoji } from "../emoji/load-emoji.ts";
import type { RoomLive } from "../room/room-state.ts";
import { ChatList, type ChatListHandle } from "./chat-list.tsx";
import { ChatModeMenu } from "./chat-mode-menu.tsx";
import { Composer } from "./composer.tsx";
import { foldGifts } from "./fold-gifts.ts";
import { modeWords } from "./line-words.ts";
import { writingBar } from "./may-write.ts";
import { MessageMenu } from "./message-menu.tsx";
import { isOnlyEmoji } from "./message-parts.ts";
import { NamesContext } from "./message-text.tsx";
import { PinnedMessage } from "./pinned-message.tsx";
import { useAnnounced } from "./use-announced.ts";
import type { Chat } from "./use-chat.ts";
import { useDraft } from "./use-draft.ts";
import { useNames } from "./use-names.ts";
import { useShowMessage } from "./use-show-message.ts";
import { useSlowMode } from "./use-slow-mode.ts";

export interface ChatPanelProps {
  room: string;
  live: RoomLive;
  chat: Chat;
  /** Between the messages and the line one writes on. */
  above?: ReactNode;
  /** Beside the line one writes on. */
  extra?: ReactNode;
  /** What else the menu of a message has; gets what closes it. */
  moreInMenu?: (event: RoomEvent, close: () => void) => ReactNode;
}

const HISTORY = 100;

/** A room's chat: what was said, and the line to say something. Fills the column it is put in. */
export function ChatPanel({ room, live, chat, above, extra, moreInMenu }: ChatPanelProps) {
  const { connection, store, standings, mode, pending } = chat;
  const view = useSyncExternalStore(store.subscribe, store.get);
  const toast = useToast();
  const [draft, setDraft] = useDraft(room);
  const [answered, setAnswered] = useState<RoomEvent | null>(null);
  const [menu, setMenu] = useState<{ event: RoomEvent; anchor: HTMLElement } | null>(null);
  const list = useRef<ChatListHandle>(null);
  const slow = useSlowMode(may(standings, "chat.unbound") ? 0 : mode.slowS);
  const { from, complete } = view;
  const loadOlder = useMemo(
    () =>
      connection && from !== null && !complete
        ? () =>
            connection.history({ before: from, limit: HISTORY }).then(store.addHistory.bind(store), ignore)
        : null,
    [connection, store, from, complete],
  );
  const show = useCallback((index: number) => list.current?.show(index), []);
  const said = useMemo(() => foldGifts(view.lines), [view.lines]);
  const showMessage = useShowMessage({ lines: said, loadOlder, show });
  const openMenu = useCallback((event: RoomEvent, anchor: HTMLElement) => setMenu({ event, anchor }), []);
  const actions = useMemo(() => ({ showMessage, openMenu }), [showMessage, openMenu]);
  const you = live.you;
  const reader = useMemo(() => you && { participant: you.participant, name: you.name }, [you]);
  const lines = useMemo(
    () =>
      view.early.length === 0
        ? said
        : [...said, ...view.early.map((event) => ({ key: `own ${event.sequence}`, event, deleted: false }))],
    [said, view.early],
  );
  const announced = useAnnounced(view.lines);
  const names = useNames(view.lines, live);
  const onReading = useCallback((reading: boolean) => store.setReading(reading), [store]);
  const bar = writingBar(mode, standings, you?.participant.startsWith("user:") ?? false);

  const say = (text: string) => {
    const replyTo = answered?.sequence ?? null;
    connection?.send(text, { replyTo, captureUnixMs: chat.captureUnixMs() });
    setAnswered(null);
    setDraft("");
    slow.sent();
    list.current?.toEnd();
  };
  const send = () => {
    const text = draft.trim();
    // What no shortcode is meant by, or what cannot be looked up, is sent as it was typed.
    if (!hasShortcode(text)) say(text);
    else
      loadEmoji().then(
        (emojis) => say(withEmoji(text, emojis)),
        () => say(text),
      );
  };
  const attempt = (done: Promise<unknown> | undefined, words?: string) =>
    done?.then(
      () => words && toast({ text: words, tone: "good" }),
      (error: Error) => toast({ text: error.message, tone: "bad" }),
    );
  const bound = !may(standings, "chat.unbound");
  const onlyEmoji = bound && mode.emojiOnly;
  const wait =
    slow.waitS > 0
      ? `Slow mode: ${slow.waitS} s`
      : onlyEmoji && draft.trim() && !isOnlyEmoji(draft.trim()) && !hasShortcode(draft)
        ? "Emoji only"
        : null;
  const rules = mode.who !== "everybody" || mode.slowS > 0 || mode.emojiOnly;
  return (
    <NamesContext value={names}>
      <div className="flex min-h-0 flex-1 flex-col pt-1.5">
        <Announcement text={announced} />
        {live.connection !== "connected" && chat.known && (
          <p
            role="status"
            className="mx-2 mb-1 flex shrink-0 animate-rise items-center gap-2 rounded-xl bg-warn-wash px-3 py-2 text-sm font-medium text-warn"
          >
            <WifiOff size={16} className="shrink-0" aria-hidden="true" />
            {live.connection === "failed"
              ? "The chat is not connected. Load the page again."
              : "Connection lost. What you write is sent when it is back."}
          </p>
        )}
        {(rules || may(standings, "chat.mode")) && (
          <div className="flex min-h-8 shrink-0 items-center gap-2 pr-1 pl-4 text-xs text-ink-faint">
            <p className="min-w-0 flex-1 text-pretty">
              {capital(modeWords(mode))}
              {rules && !bound && "; you are not bound by it"}.
            </p>
            {may(standings, "chat.mode") && (
              <ChatModeMenu
                room={room}
                mode={mode}
                onChange={(change) => void attempt(connection?.setChatMode(change))}
              />
            )}
          </div>
        )}
        {chat.pinned && (
          <PinnedMessage
            event={chat.pinned}
            onUnpin={may(standings, "chat.pin") ? () => void attempt(connection?.pin(null)) : null}
          />
        )}
        <ChatList
          label="Chat messages"
          lines={lines}
          pending={pending}
          you={reader}
          actions={actions}
          showMessage={showMessage}
          loadOlder={loadOlder}
          onReading={onReading}
          onResend={(id) => connection?.resend(id)}
          onDiscard={(id) => connection?.discard(id)}
          handle={list}
          empty={chat.known ? <NothingSaid /> : <Loading failed={live.connection === "failed"} />}
        />
        {view.omitted > 0 && (
          <p className="shrink-0 px-4 py-0.5 text-center text-xs text-ink-faint">
            More is said than anybody could read: this is a part of it.
          </p>
        )}
        {above}
        <div className="safe-bottom shrink-0 border-t border-line px-2 pt-2 lg:pb-2">
          {bar ? (
            <WritingBarView words={bar.words} logIn={bar.logIn} />
          ) : (
            <Composer
              text={draft}
              onText={setDraft}
              onSend={send}
              reply={answered && replyOf(answered)}
              onNoReply={() => setAnswered(null)}
              names={() => namesIn(view.lines, live)}
              placeholder={onlyEmoji ? "Emoji only" : "Say something"}
              wait={wait}
              extra={extra}
            />
          )}
        </div>
        {menu && (
          <MessageMenu
            event={menu.event}
            anchor={menu.anchor}
            you={you?.participant ?? null}
            standings={standings}
            onReply={() => setAnswered(menu.event)}
            onDelete={() => void attempt(connection?.delete(menu.event.sequence))}
            onPin={() => void attempt(connection?.pin(menu.event.sequence))}
            onClose={() => setMenu(null)}
            more={moreInMenu?.(menu.event, () => setMenu(null))}
          />
        )}
      </div>
    </NamesContext>
  );
}

function NothingSaid() {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 px-8 text-center">
      <MessageCircleHeart size={36} className="text-ink-faint" aria-hidden="true" />
      <p className="font-display text-lg font-bold">Be the first to say hello</p>
      <p className="text-sm text-ink-faint">Everybody in the room reads it, the host too.</p>
    </div>
  );
}

function Loading({ failed }: { failed: boolean }) {
  return (
    <div className="flex h-full items-center justify-center px-8 text-center text-sm text-ink-faint">
      {failed ? (
        "The chat cannot be reached. Load the page again."
      ) : (
        <Spinner label="Loading the chat" size={26} />
      )}
    </div>
  );
}

function WritingBarView({ words, logIn }: { words: string; logIn: boolean }) {
  const next = useLocation({ select: ({ href }) => href });
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 rounded-2xl bg-sunken py-1 pr-1 pl-4 text-sm text-ink-soft">
      {words}
      {logIn && (
        <Link to="/log-in" search={{ next }} className={buttonClass("primary", "sm")}>
          Log in
        </Link>
      )}
    </div>
  );
}

/** Who could be meant: those who wrote lately, then those who are here. */
function* namesIn(lines: readonly { event: RoomEvent }[], live: RoomLive) {
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - 200); at--) {
    const actor = lines[at]?.event.actor;
    if (actor && actor.participant !== live.you?.participant) yield actor.name;
  }
  for (const { name, participant } of live.people) if (participant !== live.you?.participant) yield name;
}

function replyOf({ actor, body }: RoomEvent): { name: string; excerpt: string } {
  return { name: actor?.name ?? "", excerpt: body.type === "message" ? body.text : "" };
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
/** The reader sees that nothing came; scrolling again asks again. */
const ignore = () => {};

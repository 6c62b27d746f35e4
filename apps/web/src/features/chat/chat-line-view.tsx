import type { RoomEvent } from "@sameroom/contract";
import { CornerUpLeft, EllipsisVertical } from "lucide-react";
import { memo } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { joinClasses } from "../../ui/join-classes.ts";
import { GiftLine } from "../gifts/gift-line.tsx";
import { SubscriptionLine } from "../subscriptions/subscription-line.tsx";
import { ChatBadges, isStaff } from "./chat-badges.tsx";
import type { ChatLine } from "./chat-log.ts";
import { noteWords } from "./line-words.ts";
import { MessageText } from "./message-text.tsx";

export interface LineActions {
  /** Shows the message somebody answered. */
  showMessage: (sequence: number) => void;
  openMenu: (event: RoomEvent, button: HTMLElement) => void;
}
export interface ChatLineViewProps {
  line: ChatLine;
  you: { participant: string; name: string } | null;
  /** Shown for a moment as the one that was looked for. */
  found: boolean;
  /** null where nothing can be done: in a replay. */
  actions: LineActions | null;
  showMessage: (sequence: number) => void;
}

/** One line of the chat. */
export const ChatLineView = memo(function ChatLineView(props: ChatLineViewProps) {
  const { event } = props.line;
  const { body, actor } = event;
  if (body.type === "message" && actor) return <Message {...props} />;
  if (body.type === "gift" && actor) return <GiftLine name={actor.name} gift={body} />;
  if (body.type === "subscription" && actor) return <SubscriptionLine name={actor.name} event={body} />;
  const words = noteWords(event);
  if (words === null) return null;
  return (
    <p
      className={joinClasses(
        "px-4 py-1.5 text-center text-[0.8125rem] text-ink-faint text-pretty",
        event.audience === "staff" && "text-dusk",
      )}
    >
      {words}
      {event.audience === "staff" && <span className="ml-1 text-xs">(only staff sees this)</span>}
    </p>
  );
});

function Message({ line, you, found, actions, showMessage }: ChatLineViewProps) {
  const { event, deleted } = line;
  const { body, actor } = event;
  if (body.type !== "message" || !actor) return null;
  const callsYou =
    you !== null &&
    actor.participant !== you.participant &&
    (body.mentions.includes(you.participant) || body.replyTo?.participant === you.participant);
  return (
    <article
      aria-label={`${actor.name} says`}
      className={joinClasses(
        "group relative flex gap-2.5 py-1 pr-9 pl-4 text-[0.9375rem] leading-snug hover:bg-sunken/70 focus-within:bg-sunken/70",
        callsYou && "border-l-3 border-dusk bg-dusk-wash/60 pl-3.25",
        found && "bg-ember-wash",
      )}
    >
      <span className="pt-0.5">
        <Avatar name={actor.name} size="xs" />
      </span>
      <div className="min-w-0 flex-1">
        {body.replyTo && !deleted && (
          <button
            type="button"
            tabIndex={-1}
            onClick={() => body.replyTo && showMessage(body.replyTo.sequence)}
            className="mb-0.5 flex max-w-full items-center gap-1 rounded text-left text-xs text-ink-faint hover:text-ink"
          >
            <CornerUpLeft size={12} className="shrink-0" aria-hidden="true" />
            <span className="sr-only">Answers </span>
            <span className="truncate">
              <bdi className="font-semibold">{body.replyTo.name}</bdi> {body.replyTo.excerpt}
            </span>
          </button>
        )}
        <bdi
          className={joinClasses(
            "mr-1 font-semibold [overflow-wrap:anywhere]",
            isStaff(actor.standings) ? "text-ember-text" : "text-ink-soft",
          )}
        >
          {actor.name}
        </bdi>
        <ChatBadges standings={actor.standings} months={actor.months} />{" "}
        {deleted ? <em className="text-ink-faint">Message deleted</em> : <MessageText text={body.text} />}
      </div>
      {actions && !deleted && (
        <button
          type="button"
          tabIndex={-1}
          data-line-menu
          aria-label={`Message of ${actor.name}: what to do`}
          aria-haspopup="menu"
          onClick={({ currentTarget }) => actions.openMenu(event, currentTarget)}
          className="absolute top-0 right-1 flex size-8 items-center justify-center rounded-lg text-ink-faint opacity-0 hover:bg-line hover:text-ink focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-60"
        >
          <EllipsisVertical size={16} aria-hidden="true" />
        </button>
      )}
    </article>
  );
}

import type { RoomEvent } from "@sameroom/contract";
import { Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { joinClasses } from "../../ui/join-classes.ts";
import { MessageText } from "./message-text.tsx";

/** The message that stays at the top; a press opens it whole. `onUnpin`: for those who may. */
export function PinnedMessage({ event, onUnpin }: { event: RoomEvent; onUnpin: (() => void) | null }) {
  const [whole, setWhole] = useState(false);
  if (event.body.type !== "message" || !event.actor) return null;
  return (
    <section
      aria-label="Pinned message"
      className="mx-2 mb-1 flex shrink-0 animate-rise items-start gap-2 rounded-2xl bg-ember-wash py-2 pr-1.5 pl-3 text-sm"
    >
      <Pin size={15} className="mt-1 shrink-0 text-ember-text" aria-hidden="true" />
      <div className={joinClasses("min-w-0 flex-1 leading-snug", !whole && "line-clamp-2")}>
        <bdi className="mr-1 font-semibold">{event.actor.name}</bdi>
        <MessageText text={event.body.text} />
      </div>
      {event.body.text.length > 80 && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="min-h-8 shrink-0 rounded-lg px-2 text-xs font-semibold text-ember-text hover:bg-surface/60"
        >
          {whole ? "Less" : "More"}
        </button>
      )}
      {onUnpin && (
        <button
          type="button"
          aria-label="Unpin the message"
          title="Unpin the message"
          onClick={onUnpin}
          className="flex size-8 shrink-0 items-center justify-center rounded-lg text-ink-soft hover:bg-surface/60"
        >
          <PinOff size={15} aria-hidden="true" />
        </button>
      )}
    </section>
  );
}

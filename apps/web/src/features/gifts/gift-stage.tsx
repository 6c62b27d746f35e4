import "./gifts.css";
import type { RoomEvent } from "@sameroom/contract";
import { useEffect, useState } from "react";
import { useReducedMotion } from "../../ui/hooks/use-reduced-motion.ts";
import { GiftAnimation } from "./gift-animation.tsx";
import { GiftPicture } from "./gift-picture.tsx";
import { GiftQueue, type GiftTurn } from "./gift-queue.ts";

/** Tells of each event in the moment it is shown. */
export interface ShownEvents {
  onShown: (watcher: (event: RoomEvent) => void) => () => void;
}

/** Gifts over the picture, in the moment they are shown in the chat: who sent what, and its animation. */
export function GiftStage({ store }: { store: ShownEvents }) {
  const turn = useTurn(store);
  const reduced = useReducedMotion();
  if (!turn) return null;
  const { name, gift } = turn;
  const { count } = gift.combo;
  return (
    // The chat says it to screen readers.
    <div
      aria-hidden="true"
      data-gift={gift.gift}
      className="pointer-events-none absolute inset-0 z-20 overflow-hidden"
    >
      {!reduced && <GiftAnimation key={turn.key} kind={gift.animation} />}
      <div
        key={`${turn.key} says`}
        className="gift-banner absolute bottom-7 left-3 flex max-w-[70%] items-center gap-2.5 rounded-full bg-black/60 py-1.5 pr-4 pl-2 text-white backdrop-blur-md sm:bottom-20 sm:left-5"
      >
        <GiftPicture animation={gift.animation} className="size-10 shrink-0" />
        <span className="min-w-0 leading-tight">
          <bdi className="block truncate font-semibold">{name}</bdi>
          <span className="block truncate text-sm text-white/85">{gift.name}</span>
        </span>
        {count > 1 && (
          <span
            key={count}
            className="gift-count font-display text-2xl font-bold text-[oklch(0.85_0.15_80)] tabular"
          >
            ×{count}
          </span>
        )}
      </div>
    </div>
  );
}

/** The gift whose turn it is. */
function useTurn(store: ShownEvents): GiftTurn | null {
  const [turn, setTurn] = useState<GiftTurn | null>(null);
  useEffect(() => {
    const queue = new GiftQueue();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const goOn = () => {
      clearTimeout(timer);
      setTurn(queue.current);
      if (queue.current) timer = setTimeout(over, queue.turnMs());
    };
    const over = () => {
      queue.next();
      goOn();
    };
    const off = store.onShown(({ body, actor }) => {
      if (body.type === "gift" && actor && !document.hidden && queue.add(actor.name, body)) goOn();
    });
    return () => {
      off();
      clearTimeout(timer);
      setTurn(null);
    };
  }, [store]);
  return turn;
}

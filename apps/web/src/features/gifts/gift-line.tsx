import type { SentGift } from "@sameroom/contract";
import { GiftPicture } from "./gift-picture.tsx";

/** A gift in the chat; of a combo, all of it so far. */
export function GiftLine({ name, gift }: { name: string; gift: SentGift }) {
  return (
    <p className="mx-3 my-0.5 flex items-center gap-2.5 rounded-xl bg-ember-wash px-3 py-1 text-[0.9375rem] leading-snug text-ink">
      <GiftPicture animation={gift.animation} className="size-7 shrink-0" />
      <span className="min-w-0 flex-1">
        <bdi className="font-semibold">{name}</bdi> sent <span className="font-semibold">{gift.name}</span>
      </span>
      {gift.combo.count > 1 && (
        <span className="font-display text-lg font-bold text-ember-text tabular">
          <span className="sr-only">times </span>
          <span aria-hidden="true">×</span>
          {gift.combo.count}
        </span>
      )}
    </p>
  );
}

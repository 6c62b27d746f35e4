import type { SentGift } from "@sameroom/contract";
import type { ChatLine } from "./chat-log.ts";

/**
 * Makes one line of gifts of one kind that somebody sent in a row, also where more than a combo's pause was between them; its count is
 * that of all of them. It stays where the first of them is. What is no such row stays the same object.
 */
export function foldGifts(lines: readonly ChatLine[]): readonly ChatLine[] {
  const folded: ChatLine[] = [];
  for (const line of lines) {
    const before = folded.at(-1);
    const more = before === undefined ? undefined : join(before, line);
    if (more === undefined) folded.push(line);
    else folded[folded.length - 1] = more;
  }
  return folded.length === lines.length ? lines : folded;
}

function join(line: ChatLine, next: ChatLine): ChatLine | undefined {
  const [gift, more] = [giftIn(line), giftIn(next)];
  if (gift === undefined || more === undefined) return undefined;
  const isSame = gift.gift === more.gift && line.event.actor?.participant === next.event.actor?.participant;
  if (!isSame) return undefined;
  // Name and picture are the newer ones: the catalogue may have changed.
  const combo = { ...gift.combo, count: gift.combo.count + more.combo.count };
  return { ...line, event: { ...line.event, body: { ...more, combo } } };
}

function giftIn({ event: { body } }: ChatLine): (SentGift & { type: "gift" }) | undefined {
  return body.type === "gift" ? body : undefined;
}

import type { SentGift } from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { GiftQueue, SHORT_TURN_MS, TURN_MS } from "./gift-queue.ts";

const gift = (combo: string, count = 1, price = 10): SentGift => ({
  transfer: `${combo}${count}`,
  gift: "rose",
  name: "Rose",
  animation: "rose",
  price,
  count: 1,
  combo: { id: combo, count },
});

describe("gifts over the picture", () => {
  it("have their turn one after the other", () => {
    const queue = new GiftQueue();
    expect(queue.add("Ada", gift("a"))).toBe(true);
    expect(queue.add("Bo", gift("b"))).toBe(false);
    expect(queue.current?.name).toBe("Ada");
    expect(queue.next()?.name).toBe("Bo");
    expect(queue.next()).toBeNull();
  });

  it("of a combo share a turn, which counts on and never back", () => {
    const queue = new GiftQueue();
    queue.add("Ada", gift("a"));
    expect(queue.add("Ada", gift("a", 3))).toBe(true);
    queue.add("Ada", gift("a", 2));
    expect(queue.current?.gift.combo.count).toBe(3);
    queue.add("Bo", gift("b"));
    queue.add("Bo", gift("b", 2));
    expect([queue.waiting, queue.next()?.gift.combo.count]).toEqual([1, 2]);
  });

  it("are quicker when many wait, and of too many the cheapest are left to the chat", () => {
    const queue = new GiftQueue();
    expect(queue.turnMs()).toBe(TURN_MS);
    for (let one = 0; one < 200; one++) queue.add("Ada", gift(`c${one}`, 1, one + 1));
    expect(queue.turnMs()).toBe(SHORT_TURN_MS);
    expect(queue.waiting).toBe(20);
    expect(queue.next()?.gift.price).toBe(181);
  });
});

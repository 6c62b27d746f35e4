import type { RoomEvent } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appended, type ChatLine, EMPTY_LOG } from "./chat-log.ts";
import { ada, giftOf, messageOf } from "./event.fixture.ts";
import { foldGifts } from "./fold-gifts.ts";

const bo = { ...ada, participant: "user:bo", name: "Bo" };
const by = (actor: typeof ada, event: RoomEvent): RoomEvent => ({ ...event, actor });
const kind = (gift: string, event: RoomEvent): RoomEvent =>
  event.body.type === "gift" ? { ...event, body: { ...event.body, gift, name: gift } } : event;
const linesOf = (events: readonly RoomEvent[]) => appended(EMPTY_LOG, events).lines;
const shown = (lines: readonly ChatLine[]) =>
  lines.map(({ event: { sequence, body } }) => [sequence, body.type === "gift" ? body.combo.count : null]);

describe("gifts in the chat", () => {
  it("of one kind, sent in a row by one person, are one line with their count, where the first of them is", () => {
    const events = [
      giftOf(1, "a", 1),
      giftOf(2, "a", 2),
      giftOf(9, "b", 1),
      giftOf(20, "c", 3),
      messageOf(21),
    ];
    const lines = linesOf(events);
    expect(shown(foldGifts(lines))).toEqual([
      [1, 6],
      [21, null],
    ]);
    // Its name stays while more comes: the same line counts on.
    expect(foldGifts(lines)[0]?.key).toBe(lines[0]?.key);
  });

  it("of others, of other kinds, and after something else was said have lines of their own", () => {
    const events = [
      ...[giftOf(1, "a", 1), by(bo, giftOf(2, "b", 1)), kind("star", by(bo, giftOf(3, "c", 1)))],
      ...[messageOf(4), kind("star", by(bo, giftOf(5, "d", 1)))],
    ];
    const lines = linesOf(events);
    expect(foldGifts(lines)).toBe(lines);
  });

  it("are all counted, in order, whatever comes between them", () => {
    const event = fc.record({ who: fc.nat(1), what: fc.constantFrom("rose", "star", "words") });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (all) => {
        const events = all.map(({ who, what }, index) => {
          const actor = who === 0 ? ada : bo;
          if (what === "words") return by(actor, messageOf(index + 1));
          return kind(what, by(actor, giftOf(index + 1, `c${index}`, 1)));
        });
        const folded = foldGifts(linesOf(events));
        const told = folded.reduce(
          (sum, { event: { body } }) => sum + (body.type === "gift" ? body.combo.count : 1),
          0,
        );
        expect(told).toBe(events.length);
        const sequences = folded.map(({ event: { sequence } }) => sequence);
        expect(sequences).toEqual([...sequences].sort((one, other) => one - other));
        for (const [
          index,
          {
            event: { actor, body },
          },
        ] of folded.entries()) {
          const next = folded[index + 1]?.event;
          if (body.type !== "gift" || next?.body.type !== "gift") continue;
          expect([actor?.participant, body.gift]).not.toEqual([next.actor?.participant, next.body.gift]);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

import { FakeClock } from "@sameroom/base/testing";
import type { RoomEvent } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRoomStream, FIRST_EVENTS, GAP_WAIT_MS, KEPT_EVENTS } from "./room-stream.ts";
import type { LogHead, PieceOfLog } from "./store.ts";

function said(sequence: number, body?: RoomEvent["body"]): RoomEvent {
  return {
    ...{ sequence, atUnixMs: sequence, captureUnixMs: null, clientId: null, audience: "all", actor: null },
    body: body ?? { type: "message", text: `m${sequence}`, replyTo: null, mentions: [] },
  };
}
const upTo = (last: number) => Array.from({ length: last }, (_, index) => said(index + 1));

/** A database that has these events, and a stream on it. */
function open(database: RoomEvent[], more: Partial<LogHead> = {}) {
  const clock = new FakeClock();
  const delivered: number[] = [];
  let reads = 0;
  const stream = createRoomStream(clock, {
    head: async () => ({ last: database.length, chatMode: null, pinned: null, ...more }),
    async read({ after, before = Number.POSITIVE_INFINITY, limit }: Omit<PieceOfLog, "staff">) {
      reads += 1;
      const found = database.filter(({ sequence }) => sequence > (after ?? 0) && sequence < before);
      return { events: after === undefined ? found.slice(-limit) : found.slice(0, limit) };
    },
    delivered: (events) => delivered.push(...events.map(({ sequence }) => sequence)),
    failed: (error) => {
      throw error;
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) {
      clock.advance(GAP_WAIT_MS);
      for (let microtask = 0; microtask < 10; microtask++) await Promise.resolve();
    }
  };
  return { clock, delivered, stream, settle, reads: () => reads };
}

describe("a room's stream", () => {
  test("delivers what several processes append, each once, in order, whatever happens on the way", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.record({ at: fc.nat(39), lost: fc.boolean(), twice: fc.boolean() }), { maxLength: 40 }),
        async (known, fates) => {
          const database = upTo(known);
          const { stream, delivered, settle } = open(database);
          const fresh = fates.map((_, index) => said(known + index + 1));
          // The database has each before anybody is told of it; the news comes in any order, twice, or never.
          database.push(...fresh);
          const news = fates.flatMap(({ at, lost, twice }, index) => {
            const entry = { at, event: fresh[index]! };
            if (lost) return [];
            return twice ? [entry, { ...entry, at: at + 7 }] : [entry];
          });
          for (const { event } of news.sort((one, other) => one.at - other.at)) stream.take([event]);
          await stream.ready;
          stream.notice(database.length);
          await settle();
          const from = delivered[0] ?? database.length + 1;
          expect(delivered).toEqual(
            upTo(database.length)
              .slice(from - 1)
              .map(({ sequence }) => sequence),
          );
          expect(stream.page(0, true).events).toEqual(database);
          stream.close();
        },
      ),
      { seed: 6, numRuns: 100 },
    );
  });

  test("waits a moment for one that was overtaken before it asks the database", async () => {
    const { clock, stream, delivered, reads } = open(upTo(2));
    await stream.ready;
    const before = reads();
    stream.take([said(4)]);
    clock.advance(GAP_WAIT_MS - 1);
    expect(delivered).toEqual([]);
    stream.take([said(3)]);
    clock.advance(GAP_WAIT_MS * 10);
    expect(delivered).toEqual([3, 4]);
    expect(reads()).toBe(before);
  });

  test("goes on where somebody was, or begins with the newest when that is too far back", async () => {
    const { stream } = open(upTo(KEPT_EVENTS + 50));
    await stream.ready;
    const last = KEPT_EVENTS + 50;
    expect(stream.page(last, false)).toEqual({ events: [], last, complete: true });
    expect(stream.page(50, false).events).toHaveLength(KEPT_EVENTS);
    const fresh = stream.page(49, false);
    expect([fresh.events.length, fresh.complete]).toEqual([FIRST_EVENTS, false]);
    expect(stream.page(last + 1, false).complete).toBe(false);
    stream.take(Array.from({ length: KEPT_EVENTS }, (_, index) => said(last + index + 1)));
    expect(stream.recent.length).toBeLessThan(KEPT_EVENTS * 2);
    expect(stream.page(last, false).events).toHaveLength(KEPT_EVENTS);
  });

  test("knows the mode and the pin, and forgets the text of what is deleted", async () => {
    const answer: RoomEvent["body"] = {
      ...{ type: "message", text: "yes", mentions: [] },
      replyTo: { sequence: 1, participant: "guest:a", name: "a", excerpt: "m1" },
    };
    const { stream, settle } = open([said(1), said(2, answer)], { pinned: 1 });
    await stream.ready;
    expect(stream.pinned?.sequence).toBe(1);
    const mode = { slowS: 3, who: "everybody", emojiOnly: false } as const;
    stream.take([said(3, { type: "chat-mode", mode }), said(4, { type: "message-pinned", message: 2 })]);
    await settle();
    expect([stream.mode, stream.pinned?.sequence]).toEqual([mode, 2]);
    stream.take([said(5, { type: "message-deleted", message: 1 })]);
    expect(JSON.stringify(stream.page(0, true))).not.toContain("m1");
    expect(stream.pinned?.sequence).toBe(2);
    stream.take([said(6, { type: "message-deleted", message: 2 })]);
    expect(stream.pinned).toBeNull();
  });
});

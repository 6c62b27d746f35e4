import { OPEN_CHAT } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appended, type ChatLog, EMPTY_LOG, indexOfSequence, trimmed, withHistory } from "./chat-log.ts";
import { eventOf, giftOf, messageOf } from "./event.fixture.ts";

const sequences = (log: ChatLog) => log.lines.map(({ event }) => event.sequence);
const said = (from: number, until: number) =>
  Array.from({ length: until - from + 1 }, (_, index) => messageOf(from + index));

describe("the lines of a chat", () => {
  it("are in the order of the log and each there once, in whatever pieces and order they come", () => {
    const events = said(1, 30);
    const pieces = fc.array(fc.subarray(events, { minLength: 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, (told) => {
        const log = told.reduce((before, piece) => appended(before, piece), EMPTY_LOG);
        const known = new Set(told.flat().map(({ sequence }) => sequence));
        expect(sequences(log)).toEqual([...known].sort((one, other) => one - other));
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("keep the place of a deleted message, without its text", () => {
    const log = appended(EMPTY_LOG, [...said(1, 3), eventOf(4, { type: "message-deleted", message: 2 })]);
    expect(log.lines.map(({ deleted }) => deleted)).toEqual([false, true, false]);
    expect(JSON.stringify(log)).not.toContain("message 2");
  });

  it("show a message that was deleted before it was read as deleted", () => {
    const page = { events: [messageOf(5, "")], last: 9, complete: false };
    expect(withHistory(appended(EMPTY_LOG, said(6, 9)), page).lines[0]?.deleted).toBe(true);
  });

  it("have one line for a combo, which counts on where it began", () => {
    const log = appended(EMPTY_LOG, [giftOf(1, "c", 1), messageOf(2), giftOf(3, "c", 2), giftOf(4, "c", 3)]);
    expect(sequences(log)).toEqual([1, 2]);
    expect(log.lines[0]?.event.body).toMatchObject({ combo: { count: 3 } });
  });

  it("do not count a combo back when its beginning is read from history", () => {
    const log = appended(EMPTY_LOG, [giftOf(8, "c", 4), messageOf(9)]);
    const read = withHistory(log, { events: [giftOf(6, "c", 2), messageOf(7)], last: 9, complete: false });
    expect(read.lines[1]?.event.body).toMatchObject({ combo: { count: 4 } });
    expect(sequences(read)).toEqual([7, 8, 9]);
  });

  it("leave out what is shown elsewhere", () => {
    const log = appended(EMPTY_LOG, [
      eventOf(1, { type: "reactions", counts: { "🔥": 3 } }, null),
      eventOf(2, { type: "host-notice", notice: { kind: "microphone", muted: true } }),
      eventOf(3, { type: "host-notice", notice: { kind: "title", title: "Glaze" } }),
      eventOf(4, { type: "message-pinned", message: null }),
      eventOf(5, { type: "chat-mode", mode: OPEN_CHAT }),
    ]);
    expect(sequences(log)).toEqual([3, 5]);
  });
});

describe("the history of a chat", () => {
  it("goes on before the oldest line, to the first", () => {
    const log = appended(EMPTY_LOG, said(21, 30));
    expect([log.from, log.complete]).toEqual([21, false]);
    const more = withHistory(log, { events: said(11, 20), last: 30, complete: false });
    expect([more.from, more.lines.length, more.complete]).toEqual([11, 20, false]);
    expect(withHistory(more, { events: said(1, 10), last: 30, complete: true }).complete).toBe(true);
  });

  it("ends where there is nothing before", () => {
    const log = appended(EMPTY_LOG, said(3, 4));
    expect(withHistory(log, { events: [], last: 4, complete: false }).complete).toBe(true);
  });

  it("can be asked for again when lines were forgotten", () => {
    const log = trimmed(appended(EMPTY_LOG, said(1, 30)), 10);
    expect([log.lines.length, log.from, log.complete]).toEqual([10, 21, false]);
    expect(trimmed(log, 10)).toBe(log);
  });
});

describe("looking for a message", () => {
  it("finds its line, and none for what is not there", () => {
    const { lines } = appended(EMPTY_LOG, [messageOf(2), messageOf(5), messageOf(9)]);
    expect([2, 5, 9, 1, 4, 10].map((sequence) => indexOfSequence(lines, sequence))).toEqual([
      0, 1, 2, -1, -1, -1,
    ]);
  });
});

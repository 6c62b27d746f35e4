import { describe, expect, it } from "vitest";
import { PendingDeletes, UNDO_MS } from "./pending-deletes.ts";

/** Time that passes when the test says so. */
function setUp() {
  let nowMs = 0;
  const timers = new Map<number, { at: number; act: () => void }>();
  let last = 0;
  const removed: [id: string, leaving: boolean][] = [];
  const seen: string[][] = [];
  const deletes = new PendingDeletes({
    remove: (id, leaving) => removed.push([id, leaving]),
    onChange: (waiting) => seen.push([...waiting]),
    timers: {
      setTimeout(act, ms) {
        last += 1;
        timers.set(last, { at: nowMs + ms, act });
        return last;
      },
      clearTimeout: (timer) => void timers.delete(timer),
    },
  });
  const pass = (ms: number) => {
    nowMs += ms;
    for (const [id, { at, act }] of [...timers]) {
      if (at > nowMs || !timers.delete(id)) continue;
      act();
    }
  };
  return { deletes, removed, seen, timers, pass };
}

describe("a delete that can be taken back", () => {
  it("happens when the time to undo is over, not before", () => {
    const { deletes, removed, seen, pass } = setUp();
    deletes.schedule("a");
    expect(seen).toEqual([["a"]]);
    pass(UNDO_MS - 1);
    expect(removed).toEqual([]);
    pass(1);
    expect(removed).toEqual([["a", false]]);
    expect(seen.at(-1)).toEqual([]);
  });

  it("never happens once undone", () => {
    const { deletes, removed, seen, timers, pass } = setUp();
    deletes.schedule("a");
    expect(deletes.undo("a")).toBe(true);
    expect(seen.at(-1)).toEqual([]);
    expect(timers.size).toBe(0);
    pass(UNDO_MS);
    deletes.flush();
    expect(removed).toEqual([]);
  });

  it("cannot be undone afterwards", () => {
    const { deletes, pass } = setUp();
    deletes.schedule("a");
    pass(UNDO_MS);
    expect(deletes.undo("a")).toBe(false);
    expect(deletes.undo("never deleted")).toBe(false);
  });

  it("happens at once when the page is left, and only once", () => {
    const { deletes, removed, timers, pass } = setUp();
    deletes.schedule("a");
    pass(1_000);
    deletes.schedule("b");
    deletes.flush();
    deletes.flush();
    expect(removed).toEqual([
      ["a", true],
      ["b", true],
    ]);
    expect(timers.size).toBe(0);
  });

  it("is not put off by deleting it again", () => {
    const { deletes, removed, pass } = setUp();
    deletes.schedule("a");
    pass(UNDO_MS - 1);
    deletes.schedule("a");
    pass(1);
    expect(removed).toEqual([["a", false]]);
  });
});

import type { EventPage, RoomEvent } from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf } from "./event.fixture.ts";
import { ReplayLog } from "./replay-log.ts";

const FIRST = 1_001;
/** A broadcast's messages, a second apart, in a room that says more before and after it. */
const EVENTS = Array.from({ length: 4_000 }, (_, index) => messageOf(FIRST + index));
const timeOf = (sequence: number) => 1_000_000 + sequence * 1_000;

function open(events: readonly RoomEvent[] = EVENTS) {
  const server = { questions: 0, down: false };
  const log = new ReplayLog({
    async fetch({ after = 0, limit = 100 }): Promise<EventPage> {
      server.questions += 1;
      if (server.down) throw new Error("away");
      const left = events.filter(({ sequence }) => sequence > after);
      return { events: left.slice(0, limit), last: 9_000, complete: left.length <= limit };
    },
  });
  const shown = () => log.get().lines.map(({ event }) => event.sequence);
  return { log, server, shown };
}

describe("the chat of a replay", () => {
  it("shows what had happened by the time on screen, wherever one jumps to", async () => {
    const { log, shown } = open();
    const places = fc.array(fc.integer({ min: FIRST, max: FIRST + 3_999 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(places, async (jumps) => {
        for (const sequence of jumps) {
          await log.playTo(timeOf(sequence) + 500);
          const there = shown();
          expect(there.at(-1)).toBe(sequence);
          expect(there.length).toBeGreaterThanOrEqual(Math.min(40, sequence - FIRST + 1));
          expect(there).toEqual(there.map((_, index) => sequence - there.length + 1 + index));
        }
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it("asks little: a jump costs a few short questions, playing on one now and then", async () => {
    const { log, server, shown } = open();
    await log.playTo(timeOf(4_500));
    expect(server.questions).toBeLessThan(12);
    server.questions = 0;
    for (let second = 0; second < 300; second++) await log.playTo(timeOf(4_500 + second));
    expect(shown().at(-1)).toBe(4_799);
    expect(server.questions).toBeLessThanOrEqual(2);
  });

  it("tells of what happens as it plays, once, and of nothing a jump passes over", async () => {
    const { log } = open();
    const told: number[] = [];
    await log.playTo(timeOf(2_000));
    log.onShown(({ sequence }) => told.push(sequence));
    await log.playTo(timeOf(2_001));
    await log.playTo(timeOf(2_002));
    await log.playTo(timeOf(3_000));
    await log.playTo(timeOf(2_500));
    expect(told).toEqual([2_001, 2_002]);
  });

  it("is empty, and says so, where nothing was said", async () => {
    const { log, shown } = open([]);
    await log.playTo(timeOf(FIRST));
    expect([log.state(), shown()]).toEqual(["ready", []]);
  });

  it("says when it cannot be read, and tries again when asked", async () => {
    const { log, server, shown } = open();
    server.down = true;
    await log.playTo(timeOf(1_200));
    expect(log.state()).toBe("failed");
    server.down = false;
    log.retry();
    await log.playTo(timeOf(1_200));
    expect([log.state(), shown().at(-1)]).toEqual(["ready", 1_200]);
  });
});

import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { SenderClock } from "./sender-clock.ts";

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;

describe("sender clock", () => {
  it("knows nothing before the first report", () => {
    expect(new SenderClock().toNode(START)).toBeUndefined();
    expect(new SenderClock().offsetMicros).toBeUndefined();
  });

  it("maps a host whose clock is hours off", () => {
    const clock = new SenderClock();
    const skew = 3 * 3600 * SECOND;
    clock.senderReport(START + skew, START);
    expect(clock.toNode(START + skew + 5 * SECOND)).toBe(START + 5 * SECOND);
  });

  it("takes the least queued report of the window, minus half the round trip", () => {
    const random = new SeededRandom(5);
    const clock = new SenderClock();
    clock.roundTrip(40);
    for (let report = 0; report < 10; report++) {
      const sent = START + report * SECOND;
      const queueing = report === 4 ? 0 : random.integer(1000, 80_000);
      clock.senderReport(sent, sent + 20_000 + queueing);
    }
    expect(clock.offsetMicros).toBe(0);
  });

  it("forgets a report when its window has passed", () => {
    const clock = new SenderClock({ windowMs: 10_000 });
    clock.senderReport(START, START + 1000);
    for (let report = 1; report < 15; report++) {
      const sent = START + report * SECOND;
      clock.senderReport(sent, sent + 30_000);
    }
    expect(clock.offsetMicros).toBe(30_000);
  });

  it("is not moved by one report that came late", () => {
    const clock = new SenderClock();
    clock.senderReport(START, START + 20_000);
    clock.senderReport(START + SECOND, START + SECOND + 3 * SECOND);
    expect(clock.offsetMicros).toBe(20_000);
    clock.senderReport(START + 5 * SECOND, START + 5 * SECOND + 25_000);
    expect(clock.offsetMicros).toBe(20_000);
  });

  it("follows a clock that was set back, and one that was set forward at once", () => {
    const clock = new SenderClock();
    clock.senderReport(START, START);
    for (let report = 1; report <= 3; report++) {
      clock.senderReport(START + report * SECOND - 60 * SECOND, START + report * SECOND);
    }
    expect(clock.offsetMicros).toBe(60 * SECOND);
    clock.senderReport(START + 4 * SECOND + 60 * SECOND, START + 4 * SECOND);
    expect(clock.offsetMicros).toBe(-60 * SECOND);
  });
});

import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { createNodeClock } from "./node-clock.ts";

const START = 1_700_000_000_000;

describe("node clock", () => {
  it("gains the system clock's fractions and then runs evenly", () => {
    const random = new SeededRandom(3);
    let monotonic = 5000;
    let stepped = 0;
    const truth = () => START + monotonic + stepped + 0.7;
    const clock = createNodeClock(
      () => monotonic,
      () => Math.floor(truth()),
    );
    let before = clock.unixMs();
    for (let reading = 0; reading < 20_000; reading++) {
      const elapsed = random.next() * 3;
      monotonic += elapsed;
      const now = clock.unixMs();
      expect(now).toBeGreaterThanOrEqual(before + elapsed - 0.001);
      expect(Math.abs(now - truth())).toBeLessThan(1);
      before = now;
    }
    expect(Math.abs(clock.unixMs() - truth())).toBeLessThan(0.01);
    stepped = -3000;
    expect(Math.abs(clock.unixMs() - truth())).toBeLessThan(1);
    stepped = 60_000;
    expect(Math.abs(clock.unixMs() - truth())).toBeLessThan(1);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CatchUp } from "./catch-up.ts";

const PART_S = 0.25;
const LOOK_MS = 250;

/** A player that gets a part every 250 ms and plays at the rate it is told. `lateMs`: how late the n-th part comes. */
function play(seconds: number, options: { startS?: number; lateMs?: (part: number) => number } = {}) {
  const catchUp = new CatchUp();
  const { startS = 1, lateMs = () => 0 } = options;
  let [bufferedS, part, rate, stalls] = [startS, 0, 1, 0];
  const rates: number[] = [];
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs += 25) {
    while (part * PART_S * 1000 + lateMs(part) <= nowMs) {
      rate = catchUp.take({ nowMs, bufferedS, behindS: bufferedS + PART_S });
      bufferedS += PART_S;
      part += 1;
    }
    const played = Math.min(bufferedS, 0.025 * rate);
    bufferedS -= played;
    if (played < 0.025 * rate - 1e-9) {
      stalls += 1;
      catchUp.stalled(nowMs);
      // A player waits for a part before it goes on.
      bufferedS += PART_S;
    }
    if (nowMs % LOOK_MS === 0) rate = catchUp.take({ nowMs, bufferedS, behindS: bufferedS + 0.1 });
    rates.push(rate);
  }
  return { bufferedS, stalls, rates, catchUp };
}

describe("CatchUp", () => {
  test("plays away what the network has shown not to need, and then plays on as it is", () => {
    const { bufferedS, stalls, rates, catchUp } = play(60, { startS: 1.2 });
    expect(stalls).toBe(0);
    expect(bufferedS).toBeLessThan(catchUp.spareS + PART_S + 0.15);
    expect(new Set(rates.slice(-800))).toEqual(new Set([1]));
  });

  test("does not run dry on its way, whatever the player began with", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 4, noNaN: true }), (startS) => {
        expect(play(120, { startS }).stalls).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test("keeps more where parts come late now and then", () => {
    const late = (part: number) => (part % 3 === 0 ? 300 : 0);
    const [calm, rough] = [play(90), play(90, { lateMs: late })];
    expect(rough.stalls).toBeLessThanOrEqual(3);
    expect(rough.bufferedS).toBeGreaterThanOrEqual(calm.bufferedS - PART_S);
  });

  test("plays slower when less is left than is good for it", () => {
    const { rates } = play(5, { startS: 0.05 });
    expect(Math.min(...rates)).toBe(0.95);
  });

  test("aims further behind after a stall, and forgives with time", () => {
    const catchUp = new CatchUp();
    const before = catchUp.spareS;
    catchUp.stalled(0);
    const after = catchUp.spareS;
    expect(after).toBeGreaterThan(before);
    for (let nowMs = 0; nowMs < 600_000; nowMs += 250)
      catchUp.take({ nowMs, bufferedS: after, behindS: after });
    expect(catchUp.spareS).toBe(before);
    for (let stall = 0; stall < 50; stall += 1) catchUp.stalled(600_000);
    expect(catchUp.spareS).toBeLessThanOrEqual(1.5);
  });

  test("leaves those alone who look at what was before", () => {
    const catchUp = new CatchUp();
    for (let nowMs = 0; nowMs < 10_000; nowMs += 250)
      expect(catchUp.take({ nowMs, bufferedS: 20, behindS: 40 })).toBe(1);
  });
});

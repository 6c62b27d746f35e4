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
  const skips: { atMs: number; seconds: number }[] = [];
  const look = (nowMs: number, behindS: number) => {
    const pace = catchUp.take({ nowMs, bufferedS, behindS });
    rate = pace.rate;
    if (pace.skipS === 0) return;
    skips.push({ atMs: nowMs, seconds: pace.skipS });
    bufferedS -= pace.skipS;
    catchUp.restart();
  };
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs += 25) {
    while (part * PART_S * 1000 + lateMs(part) <= nowMs) {
      look(nowMs, bufferedS + PART_S);
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
    if (nowMs % LOOK_MS === 0) look(nowMs, bufferedS + 0.1);
    rates.push(rate);
  }
  return { bufferedS, stalls, rates, skips, catchUp };
}

describe("CatchUp", () => {
  test("plays away what the network has shown not to need, and then plays on as it is", () => {
    const { bufferedS, stalls, rates, catchUp } = play(60, { startS: 1.2 });
    expect(stalls).toBe(0);
    expect(bufferedS).toBeLessThan(catchUp.spareS + PART_S + 0.15);
    expect(new Set(rates.slice(-800))).toEqual(new Set([1]));
  });

  test("leaves out what a slow start has gathered, once, and then has what it aims at", () => {
    const { bufferedS, stalls, skips, catchUp } = play(5, { startS: 2.5 });
    expect(stalls).toBe(0);
    expect(skips).toHaveLength(1);
    expect(skips[0]!.seconds).toBeGreaterThan(1.5);
    expect(bufferedS).toBeLessThan(catchUp.spareS + PART_S + 0.15);
  });

  test("plays everything to who began in time, and to who has stalled since", () => {
    expect(play(60, { startS: 0.4 }).skips).toEqual([]);
    const { catchUp } = play(5, { startS: 0.4 });
    catchUp.stalled(5000);
    for (let nowMs = 5000; nowMs < 15_000; nowMs += 250)
      expect(catchUp.take({ nowMs, bufferedS: 2, behindS: 2.2 }).skipS).toBe(0);
  });

  test("what is still being loaded at the beginning does not count as what the network needs", () => {
    const catchUp = new CatchUp();
    const skips: number[] = [];
    // 2.5 s were there at the beginning; they are loaded within two seconds.
    for (let nowMs = 0; nowMs < 5000; nowMs += 250) {
      const bufferedS = Math.min(2.4, 0.2 + nowMs / 1000);
      const { skipS } = catchUp.take({ nowMs, bufferedS, behindS: 2.5 });
      if (skipS > 0) skips.push(skipS);
      if (skipS > 0) break;
    }
    expect(skips).toHaveLength(1);
    expect(skips[0]).toBeGreaterThan(1.3);
  });

  test("who never has all there is plays on as they can", () => {
    const catchUp = new CatchUp();
    const rates = Array.from({ length: 80 }, (_, look) =>
      catchUp.take({ nowMs: look * 250, bufferedS: 1, behindS: 4 }),
    );
    expect(rates.slice(0, 30).every(({ rate, skipS }) => rate === 1 && skipS === 0)).toBe(true);
    expect(rates.some(({ skipS }) => skipS > 0)).toBe(true);
  });

  test("what comes late all at once is left out in the first seconds, and played away later", () => {
    const after = (calmMs: number) => {
      const catchUp = new CatchUp();
      const take = (nowMs: number, bufferedS: number) =>
        catchUp.take({ nowMs, bufferedS, behindS: bufferedS });
      for (let nowMs = 0; nowMs < calmMs; nowMs += 250) take(nowMs, 0.4);
      const paces = Array.from({ length: 20 }, (_, look) => take(calmMs + look * 250, 2.4));
      return {
        skipS: Math.max(...paces.map(({ skipS }) => skipS)),
        rate: Math.max(...paces.map(({ rate }) => rate)),
      };
    };
    expect(after(4000).skipS).toBeGreaterThan(1.8);
    expect(after(30_000)).toEqual({ skipS: 0, rate: 1.1 });
  });

  test("a stall at the very beginning leaves more to play, and still leaves out what has gathered", () => {
    const catchUp = new CatchUp();
    const calmS = catchUp.spareS;
    catchUp.stalled(0);
    const paces = Array.from({ length: 8 }, (_, look) =>
      catchUp.take({ nowMs: look * 250, bufferedS: 2, behindS: 2.2 }),
    );
    const skipS = paces.find((pace) => pace.skipS > 0)!.skipS;
    expect(2 - skipS).toBeGreaterThan(calmS + 0.2);
    expect(skipS).toBeGreaterThan(1);
  });

  test("who wants to be live again is brought there as at the beginning", () => {
    const { catchUp } = play(5);
    const skips = () =>
      [0, 500, 1000, 1500].map((ms) => catchUp.take({ nowMs: 10_000 + ms, bufferedS: 3, behindS: 3 }).skipS);
    catchUp.restart();
    expect(skips().every((skipS) => skipS === 0)).toBe(true);
    catchUp.begin();
    expect(skips().at(-1)).toBeGreaterThan(2.5);
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
      expect(catchUp.take({ nowMs, bufferedS: 20, behindS: 40, mayStay: true })).toEqual({
        rate: 1,
        skipS: 0,
      });
  });

  test("who fell far behind without wishing to plays faster", () => {
    const catchUp = new CatchUp();
    for (let nowMs = 0; nowMs < 12_000; nowMs += 250) catchUp.take({ nowMs, bufferedS: 0.3, behindS: 0.4 });
    const paces = Array.from({ length: 20 }, (_, look) =>
      catchUp.take({ nowMs: 12_000 + look * 250, bufferedS: 7, behindS: 8 }),
    );
    expect(paces.at(-1)).toEqual({ rate: 1.1, skipS: 0 });
  });

  test("plays faster where a skip would take longer than it is worth", () => {
    const catchUp = new CatchUp();
    const asked: number[] = [];
    const canSkip = (skipS: number) => asked.push(skipS) === 0;
    const paces = Array.from({ length: 20 }, (_, look) =>
      catchUp.take({ nowMs: look * 250, bufferedS: 3, behindS: 3, canSkip }),
    );
    expect(paces.every(({ skipS }) => skipS === 0)).toBe(true);
    expect(paces.at(-1)!.rate).toBe(1.1);
    expect(asked[0]).toBeGreaterThan(2.5);
  });
});

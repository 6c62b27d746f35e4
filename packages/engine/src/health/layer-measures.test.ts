import { describe, expect, it } from "vitest";
import { RateWindow } from "./rate-window.ts";
import { StreamActivity } from "./stream-activity.ts";
import { TemporalShares } from "./temporal-shares.ts";

describe("the rate window", () => {
  function stream(rates: RateWindow, fromMs: number, toMs: number): void {
    // 30 frames a second of two packets and 5,000 bytes.
    for (let frame = Math.ceil((fromMs * 30) / 1000); (frame * 1000) / 30 < toMs; frame++) {
      rates.count((frame * 1000) / 30, 2500, false);
      rates.count((frame * 1000) / 30, 2500, true);
    }
  }

  it("says nothing before it can tell", () => {
    const rates = new RateWindow();
    expect(rates.bitrateBps(0)).toBe(0);
    stream(rates, 1000, 1300);
    expect(rates.bitrateBps(1300)).toBe(0);
  });

  it("measures a steady stream within a few per cent", () => {
    const rates = new RateWindow();
    stream(rates, 5000, 10_000);
    expect(rates.bitrateBps(10_000) / 1_200_000).toBeCloseTo(1, 1);
    expect(rates.framesPerSecond(10_000)).toBeCloseTo(30, -0.5);
  });

  it("forgets after two seconds of silence", () => {
    const rates = new RateWindow();
    stream(rates, 0, 3000);
    expect(rates.bitrateBps(4000)).toBeGreaterThan(400_000);
    expect(rates.bitrateBps(5100)).toBe(0);
    expect(rates.bitrateBps(500_000)).toBe(0);
  });
});

describe("temporal shares", () => {
  it("are one for a stream without temporal layers", () => {
    const shares = new TemporalShares();
    expect(shares.shares()).toEqual([1]);
    for (let packet = 0; packet < 100; packet++) shares.count(-1, 1000);
    expect(shares.shares()).toEqual([1]);
  });

  it("tell what the layers up to each need", () => {
    const shares = new TemporalShares();
    for (let round = 0; round < 1000; round++)
      for (const [layer, bytes] of [
        [0, 1000],
        [2, 400],
        [1, 600],
        [2, 400],
      ] as const)
        shares.count(layer, bytes);
    const [low, middle, high] = shares.shares();
    expect(low).toBeCloseTo(1000 / 2400, 1);
    expect(middle).toBeCloseTo(1600 / 2400, 1);
    expect(high).toBe(1);
  });

  it("forget a layer that comes no more", () => {
    const shares = new TemporalShares();
    for (let packet = 0; packet < 400; packet++) shares.count(packet % 2, 1000);
    expect(shares.shares()).toHaveLength(2);
    for (let packet = 0; packet < 4000; packet++) shares.count(0, 1000);
    expect(shares.shares()).toEqual([1]);
  });
});

describe("stream activity", () => {
  it("takes a second of silence for a stop", () => {
    const activity = new StreamActivity();
    expect(activity.stopped(0)).toBe(true);
    activity.setFramesPerSecond(30);
    activity.media(0);
    expect(activity.fresh(499)).toBe(true);
    expect(activity.stopped(999)).toBe(false);
    expect(activity.stopped(1000)).toBe(true);
  });

  it("waits for eight frames of a slow stream", () => {
    const activity = new StreamActivity();
    activity.media(0);
    activity.setFramesPerSecond(2);
    activity.setFramesPerSecond(0);
    expect(activity.stopped(3999)).toBe(false);
    expect(activity.stopped(4000)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { MeasuredRate } from "./measured-rate.ts";

const segment = (byteLength: number, seconds = 2, gap = false) => ({
  ...{ byteLength, gap },
  durationMicros: seconds * 1e6,
});

describe("the measured rate of a rendition", () => {
  it("is that of the worst segment, and the average of all, gaps left out", () => {
    const rate = new MeasuredRate();
    expect([rate.peakBps, rate.averageBps]).toEqual([0, 0]);
    rate.add(segment(250_000));
    rate.add(segment(500_000, 1));
    rate.add(segment(0, 2, true));
    rate.add(segment(1000, 0));
    expect(rate.peakBps).toBe(4_000_000);
    expect(rate.averageBps).toBe(2_000_000);
  });

  it("forgets what is long over", () => {
    const rate = new MeasuredRate();
    rate.add(segment(10_000_000));
    for (let index = 0; index < 40; index++) rate.add(segment(250_000));
    expect([rate.peakBps, rate.averageBps]).toEqual([1_000_000, 1_000_000]);
  });
});

import { describe, expect, it } from "vitest";
import { latencyOf, percentile } from "./percentile.ts";

describe("percentile", () => {
  it("interpolates between neighbours, whatever the order", () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([30, 10, 20], 0.75)).toBe(25);
  });

  it("has its ends at the smallest and the largest sample", () => {
    expect(percentile([5, 9, 7], 0)).toBe(5);
    expect(percentile([5, 9, 7], 1)).toBe(9);
    expect(percentile([5, 9, 7], 1.5)).toBe(9);
  });

  it("of one sample is that sample, of none is not a number", () => {
    expect(percentile([42], 0.95)).toBe(42);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it("leaves the samples as they were", () => {
    const samples = [3, 1, 2];
    percentile(samples, 0.5);
    expect(samples).toEqual([3, 1, 2]);
  });
});

describe("latencyOf", () => {
  it("rounds to tenths of a millisecond", () => {
    const samples = Array.from({ length: 101 }, (_, index) => index + 0.04);
    expect(latencyOf(samples)).toEqual({ p50Ms: 50, p95Ms: 95 });
  });
});

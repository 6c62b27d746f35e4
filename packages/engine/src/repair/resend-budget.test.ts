import { describe, expect, it } from "vitest";
import { ResendBudget } from "./resend-budget.ts";

describe("resend budget", () => {
  it("grants a burst and refuses what exceeds it", () => {
    const budget = new ResendBudget({ burst: 10, packetsPerSecond: 100 });
    expect(budget.take(7, 0)).toBe(7);
    expect(budget.take(7, 0)).toBe(3);
    expect(budget.take(1, 0)).toBe(0);
  });

  it("refills with time, up to the burst", () => {
    const budget = new ResendBudget({ burst: 10, packetsPerSecond: 100 });
    budget.take(10, 0);
    expect(budget.take(10, 50)).toBe(5);
    expect(budget.take(100, 10_000)).toBe(10);
  });

  it("never sends more than its rate over a long flood of requests", () => {
    const budget = new ResendBudget({ burst: 50, packetsPerSecond: 200 });
    let granted = 0;
    for (let now = 0; now < 10_000; now++) granted += budget.take(17, now);
    expect(granted).toBeLessThanOrEqual(50 + 200 * 10);
    expect(granted).toBeGreaterThan(200 * 9);
  });

  it("gives nothing for a clock that runs backwards", () => {
    const budget = new ResendBudget({ burst: 5, packetsPerSecond: 1000 });
    budget.take(5, 1000);
    expect(budget.take(5, 0)).toBe(0);
  });
});

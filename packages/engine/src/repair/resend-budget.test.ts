import { describe, expect, it } from "vitest";
import { ResendBudget } from "./resend-budget.ts";

describe("resend budget", () => {
  it("grants a burst and refuses what exceeds it", () => {
    const budget = new ResendBudget({ burst: 10 });
    expect(budget.take(7, 1000)).toBe(7);
    expect(budget.take(7, 1000)).toBe(3);
    expect(budget.take(1, 1000)).toBe(0);
  });

  it("refills with what is sent, up to the burst", () => {
    const budget = new ResendBudget({ burst: 10, share: 0.25 });
    budget.take(10, 0);
    expect(budget.take(10, 20)).toBe(5);
    expect(budget.take(100, 100_000)).toBe(10);
  });

  it("never grants more than its share over a long flood of requests", () => {
    const budget = new ResendBudget({ burst: 50, share: 0.2 });
    let granted = 0;
    for (let sent = 0; sent < 100_000; sent += 10) granted += budget.take(1000, sent);
    expect(granted).toBeLessThanOrEqual(50 + 20_000);
    expect(granted).toBeGreaterThan(19_000);
  });

  it("gives nothing for a count that runs backwards", () => {
    const budget = new ResendBudget({ burst: 5 });
    budget.take(5, 1000);
    expect(budget.take(5, 0)).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { createBackoff } from "./backoff.ts";
import { SeededRandom } from "./testing/seeded-random.ts";

describe("createBackoff", () => {
  it("doubles the upper bound with each attempt up to the cap", () => {
    const backoff = createBackoff({ baseMs: 100, maxMs: 1000, random: { next: () => 0.5 } });
    expect(Array.from({ length: 6 }, () => backoff.nextMs())).toEqual([50, 100, 200, 400, 500, 500]);
    expect(backoff.attempts).toBe(6);
  });

  it("starts over after a reset", () => {
    const backoff = createBackoff({ baseMs: 100, maxMs: 1000, random: { next: () => 0.5 }, factor: 3 });
    expect([backoff.nextMs(), backoff.nextMs()]).toEqual([50, 150]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(50);
  });

  it("spreads many clients over the whole interval", () => {
    const backoff = createBackoff({ baseMs: 1000, maxMs: 1000, random: new SeededRandom(3) });
    const delays = Array.from({ length: 1000 }, () => backoff.nextMs());
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(1000);
    for (let bucket = 0; bucket < 10; bucket++) {
      const inBucket = delays.filter((delay) => Math.floor(delay / 100) === bucket).length;
      expect(inBucket).toBeGreaterThan(60);
    }
  });

  it("stays at the cap after thousands of attempts", () => {
    const backoff = createBackoff({ baseMs: 1, maxMs: 30_000, random: { next: () => 0.999 } });
    for (let attempt = 0; attempt < 5000; attempt++) backoff.nextMs();
    expect(backoff.nextMs()).toBeCloseTo(29_970);
  });
});

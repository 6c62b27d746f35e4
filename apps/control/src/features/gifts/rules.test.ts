import fc from "fast-check";
import { expect, test } from "vitest";
import { comboOf, divide } from "./rules.ts";

test("what the house keeps and what the host gets is what was paid, to the point", () => {
  const whole = (min: number, max: number) => fc.integer({ min, max });
  fc.assert(
    fc.property(whole(1, 1_000_000), whole(1, 999), whole(0, 100), (price, count, percent) => {
      const { points, commission, earned } = divide({ price, count }, percent);
      expect([commission, earned].every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      expect(commission + earned).toBe(points);
      expect(commission * 100).toBe(points * percent);
    }),
    { seed: 7 },
  );
  expect(divide({ price: 1, count: 1 }, 30)).toEqual({ points: 100, commission: 30, earned: 70 });
});

test("a combo goes on for as long as the pause between two gifts is short", () => {
  const first = comboOf(undefined, { id: "a", count: 2, atUnixMs: 1000 });
  expect(first).toEqual({ id: "a", count: 2, atUnixMs: 1000 });
  const second = comboOf(first, { id: "b", count: 1, atUnixMs: 6000 });
  expect(second).toEqual({ id: "a", count: 3, atUnixMs: 6000 });
  expect(comboOf(second, { id: "c", count: 1, atUnixMs: 11_001 })).toEqual({
    id: "c",
    count: 1,
    atUnixMs: 11_001,
  });
});

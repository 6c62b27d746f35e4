import { expect, test } from "vitest";
import { planSprites } from "./sprite-plan.ts";

test.each([
  [0, 1000, 1],
  [2500, 1000, 3],
  [200_000, 1000, 200],
  [201_000, 2000, 101],
  [7_200_000, 60_000, 120],
  [24 * 3_600_000, 432_000, 200],
])("%d ms: a tile each %d ms, %d in all", (durationMs, intervalMs, tiles) => {
  expect(planSprites(durationMs)).toEqual({ intervalMs, tiles });
});

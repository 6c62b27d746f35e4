import { FakeClock } from "@sameroom/base/testing";
import { expect, test } from "vitest";
import { createReactionGatherer } from "./gatherer.ts";

test("reactions are told each tick and kept each second, all of them, also at the end", () => {
  const clock = new FakeClock();
  const told: unknown[] = [];
  const kept: unknown[] = [];
  const gatherer = createReactionGatherer(clock, {
    tell: (slug, counts) => told.push([slug, counts]),
    keep: (slug, counts) => kept.push([slug, counts]),
  });
  gatherer.add("a", "🔥", 2);
  gatherer.add("a", "🔥", 1);
  gatherer.add("a", "👏", 1);
  gatherer.add("b", "👏", 9);
  expect(told).toEqual([]);
  clock.advance(100);
  expect(told).toEqual([
    ["a", { "🔥": 3, "👏": 1 }],
    ["b", { "👏": 9 }],
  ]);
  clock.advance(850);
  gatherer.add("a", "🔥", 5);
  clock.advance(50);
  expect(told.at(-1)).toEqual(["a", { "🔥": 5 }]);
  expect(kept).toEqual([
    ["a", { "🔥": 8, "👏": 1 }],
    ["b", { "👏": 9 }],
  ]);
  clock.advance(5_000);
  expect([told.length, kept.length]).toEqual([3, 2]);
  gatherer.add("a", "😮", 1);
  gatherer.close();
  expect([told.at(-1), kept.at(-1)]).toEqual([
    ["a", { "😮": 1 }],
    ["a", { "😮": 1 }],
  ]);
});

import { type AccessUnit, opusFormat } from "@sameroom/protocol";
import { expect, test } from "vitest";
import { RecentUnits } from "./recent-units.ts";

const format = opusFormat(2);

function unitAt(ms: number): AccessUnit {
  const captureMicros = ms * 1000;
  return {
    format,
    captureMicros,
    compositionMicros: 0,
    keyframe: true,
    samples: 960,
    data: Uint8Array.of(1),
  };
}

const timesOf = (recent: RecentUnits, sinceMs: number) =>
  recent.since(sinceMs * 1000).map(({ captureMicros }) => captureMicros / 1000);

test("the newest units are kept by their time, over a day as well", () => {
  const recent = new RecentUnits(100);
  expect(timesOf(recent, 0)).toEqual([]);
  for (let ms = 0; ms <= 100_000; ms += 20) recent.take(unitAt(ms));
  expect(timesOf(recent, 0)).toEqual([99_900, 99_920, 99_940, 99_960, 99_980, 100_000]);
  expect(timesOf(recent, 99_970)).toEqual([99_980, 100_000]);
  expect(timesOf(recent, 100_001)).toEqual([]);
  recent.forget();
  expect(timesOf(recent, 0)).toEqual([]);
  recent.take(unitAt(5));
  expect(timesOf(recent, 0)).toEqual([5]);
});

test("a clock that is set back begins a new past", () => {
  const recent = new RecentUnits(10_000);
  for (const ms of [50_000, 50_020, 49_990, 20_000, 20_020]) recent.take(unitAt(ms));
  expect(timesOf(recent, 0)).toEqual([20_000, 20_020]);
});

test("no more than 2,000 are kept, whatever their times say", () => {
  const recent = new RecentUnits(60_000);
  for (let at = 0; at < 9000; at += 1) recent.take(unitAt(at % 7));
  expect(recent.since(0)).toHaveLength(2000);
});

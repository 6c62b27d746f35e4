import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultLadder, parseLadder, planRungs } from "./rung-ladder.ts";
import { rungSize } from "./rung-size.ts";

const ladder = parseLadder(defaultLadder)!;
const ids = (source: [number, number], why: "below" | "replace") =>
  planRungs({ width: source[0], height: source[1] }, ladder, why).map(({ id }) => id);

test("the ladder is read with the largest first, whatever the order", () => {
  expect(parseLadder("360:700k, 720:2500k")).toEqual([
    { height: 720, bitrate: 2_500_000 },
    { height: 360, bitrate: 700_000 },
  ]);
});

test.each(["", "720", "720:2500", "720:2500k,", "721:2500k", "50:90k", "720:1k,720:2k", "4320:90k", "a:b"])(
  "%j is no ladder",
  (text) => {
    expect(parseLadder(text)).toBeUndefined();
  },
);

test("any text is read or refused, never thrown at", () => {
  fc.assert(fc.property(fc.string(), (text) => parseLadder(text) === undefined || text.includes(":")));
});

test("a source that can be played gets what is below it only", () => {
  expect(ids([1280, 720], "below")).toEqual(["h264-480", "h264-360"]);
  expect(ids([1920, 1080], "below")).toEqual(["h264-720", "h264-480", "h264-360"]);
  expect(ids([320, 180], "below")).toEqual([]);
});

test("a source of another codec is made from its own size down", () => {
  expect(ids([1280, 720], "replace")).toEqual(["h264-720", "h264-480", "h264-360"]);
  expect(ids([720, 1280], "replace"), "a telephone held upright").toEqual([
    "h264-720",
    "h264-480",
    "h264-360",
  ]);
});

test("a source smaller than the whole ladder is made as large as it is", () => {
  expect(planRungs({ width: 320, height: 180 }, ladder, "replace")).toEqual([
    { id: "h264-180", height: 180, bitrate: 175_000 },
  ]);
});

test("rungs keep the shape of the source in even numbers", () => {
  expect(rungSize({ width: 1280, height: 720 }, 480)).toEqual({ width: 854, height: 480 });
  expect(rungSize({ width: 720, height: 1280 }, 480)).toEqual({ width: 480, height: 854 });
  expect(rungSize({ width: 641, height: 361 }, 720)).toEqual({ width: 642, height: 362 });
  expect(rungSize({ width: 1, height: 1 }, 480)).toEqual({ width: 2, height: 2 });
});

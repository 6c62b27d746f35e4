import type { DvrState } from "@sameroom/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextSpeed, SPEEDS, speedLabel } from "./speed.ts";
import {
  behindMs,
  dvrTimeAt,
  dvrTimeline,
  placeAt,
  placeLabel,
  placeSentence,
  shareAt,
  stepTo,
  type Timeline,
  tenthOf,
} from "./timeline.ts";

const replay = (at: number, length = 600): Timeline => ({
  kind: "replay",
  length,
  at,
  buffered: [],
  atLive: false,
});
const dvr: DvrState = { fromUnixMs: 1_000_000, liveUnixMs: 1_120_000, atUnixMs: 1_090_000, isLive: false };

describe("the bar of a replay", () => {
  it("takes steps, and stops at both ends", () => {
    expect(stepTo(replay(100), 5)).toBe(105);
    expect(stepTo(replay(3), -10)).toBe(0);
    expect(stepTo(replay(598), 10)).toBe(600);
  });
  it("knows its tenths", () => {
    expect(tenthOf(replay(0), 0)).toBe(0);
    expect(tenthOf(replay(0), 3)).toBe(180);
  });
  it("finds the place under the pointer, also when that is dragged past an end", () => {
    const bar = { left: 100, width: 400 };
    expect(placeAt(300, bar, 600)).toBe(300);
    expect(placeAt(20, bar, 600)).toBe(0);
    expect(placeAt(900, bar, 600)).toBe(600);
    expect(placeAt(300, { left: 0, width: 0 }, 600)).toBe(0);
  });
  it("leads back to the same pixel from any place", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 90_000 }), (x, length) => {
        const place = placeAt(x, { left: 0, width: 1_000 }, length);
        expect(shareAt(place, length) * 1_000).toBeCloseTo(x, 6);
      }),
    );
  });
  it("never leaves the recording, whatever it is told", () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.integer({ min: 0, max: 90_000 }), (at, step, length) => {
        const to = stepTo(replay(at, length), step);
        expect(to).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(length);
      }),
    );
  });
  it("says the place as a clock for the eye and in words for the ear", () => {
    expect(placeLabel(replay(0), 245)).toBe("4:05");
    expect(placeSentence(replay(0), 245)).toBe("4 minutes 5 seconds of 10 minutes");
    expect(placeSentence(replay(0, 3_661), 0)).toBe("0 seconds of 1 hour 1 minute 1 second");
  });
});

describe("the bar of a live show", () => {
  it("is as long as the time that can be gone back to", () => {
    expect(dvrTimeline(dvr)).toMatchObject({ kind: "dvr", length: 120, at: 90, atLive: false });
  });
  it("is at its right end while the show is watched live, however late that is", () => {
    expect(dvrTimeline({ ...dvr, isLive: true })).toMatchObject({ at: 120, atLive: true });
  });
  it("holds a viewer who fell out of the window at its left end", () => {
    expect(dvrTimeline({ ...dvr, atUnixMs: 0 })).toMatchObject({ at: 0 });
  });
  it("is not there without a window", () => {
    expect(dvrTimeline(null)).toBeNull();
  });
  it("turns a place into the time of day it stands for, never past the live edge", () => {
    expect(dvrTimeAt(dvr, 30)).toBe(1_030_000);
    expect(dvrTimeAt(dvr, 500)).toBe(1_120_000);
    expect(dvrTimeAt(dvr, -3)).toBe(1_000_000);
  });
  it("tells how far behind one is, and calls a moment nothing", () => {
    expect(behindMs(dvr)).toBe(30_000);
    expect(behindMs({ ...dvr, atUnixMs: 1_119_500 })).toBe(0);
    expect(behindMs({ ...dvr, isLive: true })).toBe(0);
  });
  it("counts its labels backwards from the live edge", () => {
    const timeline = dvrTimeline(dvr);
    if (!timeline) throw new Error("no bar");
    expect(placeLabel(timeline, 90)).toBe("−0:30");
    expect(placeLabel(timeline, 120)).toBe("Live");
    expect(placeSentence(timeline, 30)).toBe("1 minute 30 seconds behind live");
    expect(placeSentence(timeline, 119.5)).toBe("live");
  });
});

describe("the speed of a replay", () => {
  it("goes up and down in steps and stays within half and double", () => {
    expect(nextSpeed(1, 1)).toBe(1.25);
    expect(nextSpeed(1, -1)).toBe(0.75);
    expect(nextSpeed(2, 1)).toBe(2);
    expect(nextSpeed(0.5, -1)).toBe(0.5);
    expect(nextSpeed(1.1, 1)).toBe(1.25);
  });
  it("has a label for each", () => {
    expect(SPEEDS.map(speedLabel)).toEqual(["0.5×", "0.75×", "1×", "1.25×", "1.5×", "1.75×", "2×"]);
  });
});

import { FIRST_SEGMENT } from "@sameroom/engine";
import { beforeEach, describe, expect, it } from "vitest";
import { LiveProgress } from "./live-progress.ts";

describe("how far a rendition is", () => {
  let progress: LiveProgress;
  beforeEach(() => {
    progress = new LiveProgress({ partMs: 250 });
    // Segment 4 has eight parts, segment 5 three so far.
    for (let index = 0; index < 8; index++) progress.part("v", 4, index);
    progress.segment("v", 4, 8);
    for (let index = 0; index < 3; index++) progress.part("v", 5, index);
  });

  it("has complete segments, and the parts of the one being made", () => {
    expect(progress.has("v", 4, undefined)).toBe(true);
    expect(progress.has("v", 5, undefined)).toBe(false);
    expect(progress.has("v", 5, 2)).toBe(true);
    expect(progress.has("v", 5, 3)).toBe(false);
    expect(progress.has("v", 6, 0)).toBe(false);
    expect(progress.has("v", 0, 0)).toBe(true);
    expect(progress.has("other", 0, 0)).toBe(false);
  });

  it("takes a part beyond the last of a segment for the first of the next", () => {
    expect(progress.has("v", 4, 8)).toBe(true);
    progress.segment("v", 5, 3);
    expect(progress.has("v", 5, 2)).toBe(true);
    expect(progress.has("v", 5, 3)).toBe(false);
    progress.part("v", 6, 0);
    expect(progress.has("v", 5, 3)).toBe(true);
  });

  it("refuses what is more than two segments, or three seconds of parts, ahead", () => {
    expect(progress.isTooFar("v", 7, undefined)).toBe(false);
    expect(progress.isTooFar("v", 8, undefined)).toBe(true);
    expect(progress.isTooFar("v", 999_999_999_999, 0)).toBe(true);
    expect(progress.isTooFar("v", 5, 14)).toBe(false);
    expect(progress.isTooFar("v", 5, 15)).toBe(true);
    expect(progress.isTooFar("v", 6, 12)).toBe(true);
    progress.segment("v", 5, 3);
    expect(progress.isTooFar("v", 7, 0)).toBe(false);
    expect(progress.isTooFar("v", 8, 0)).toBe(true);
    expect(progress.isTooFar("new", 0, 0)).toBe(false);
    expect(progress.isTooFar("new", 3, undefined)).toBe(true);
  });

  it("knows the next part, and one that will never come", () => {
    expect(progress.isNext("v", 5, 3)).toBe(true);
    expect(progress.isNext("v", 6, 0)).toBe(true);
    expect(progress.isNext("v", 5, 4)).toBe(false);
    expect(progress.isNext("v", 5, 2)).toBe(false);
    expect(progress.isNext("new", FIRST_SEGMENT, 0)).toBe(true);
    expect(progress.isNext("new", FIRST_SEGMENT, 1)).toBe(false);
    expect(progress.isMissed("v", 5)).toBe(false);
    progress.segment("v", 5, 3);
    expect(progress.isMissed("v", 5)).toBe(true);
  });
});

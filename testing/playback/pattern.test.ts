import { describe, expect, it } from "vitest";
import { decodePattern, elapsedSince, encodePattern, PATTERN_BLOCKS, PATTERN_PERIOD_MS } from "./pattern.ts";

/** Numerical Recipes' linear congruential generator. */
let dice = 20;
const random = {
  next(): number {
    dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
    return dice / 2 ** 32;
  },
};
const times = Array.from({ length: 300 }, () => Math.floor(random.next() * PATTERN_PERIOD_MS * 3));

describe("the pattern", () => {
  it("says the time it was made for, modulo its period", () => {
    for (const time of times) {
      const brightness = encodePattern(time).map((white) => (white ? 235 : 16));
      expect(decodePattern(brightness)).toBe(time % PATTERN_PERIOD_MS);
    }
  });

  it("survives a codec's noise", () => {
    for (const time of times) {
      const brightness = encodePattern(time).map((white) => (white ? 235 : 16) + (random.next() - 0.5) * 150);
      expect(decodePattern(brightness)).toBe(time % PATTERN_PERIOD_MS);
    }
  });

  it("with one block read wrong says nothing", () => {
    for (const time of times) {
      const wrong = Math.floor(random.next() * PATTERN_BLOCKS);
      const brightness = encodePattern(time).map((white, at) => (white !== (at === wrong) ? 235 : 16));
      expect(decodePattern(brightness)).toBeUndefined();
    }
  });

  it("is not seen in a black or white picture, nor in half a row", () => {
    expect(decodePattern(Array.from({ length: PATTERN_BLOCKS }, () => 0))).toBeUndefined();
    expect(decodePattern(Array.from({ length: PATTERN_BLOCKS }, () => 255))).toBeUndefined();
    expect(decodePattern([0, 255])).toBeUndefined();
  });
});

it("elapsed time goes over the period's end, and may be slightly negative", () => {
  expect(elapsedSince(PATTERN_PERIOD_MS - 5, PATTERN_PERIOD_MS * 7 + 10)).toBe(15);
  expect(elapsedSince(1000, 998)).toBe(-2);
});

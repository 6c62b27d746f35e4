import { expect, it } from "vitest";
import { leapOf } from "./use-picture-presses.ts";

it("two taps at the left leap back, at the right on, in the middle neither", () => {
  expect([0, 0.3, 0.5, 0.7, 1].map(leapOf)).toEqual([-1, -1, 0, 1, 1]);
});

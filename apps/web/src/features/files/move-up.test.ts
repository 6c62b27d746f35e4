import { expect, it } from "vitest";
import { moveUp } from "./move-up.ts";

it("swaps an entry with the one before, and leaves the first where it is", () => {
  expect(moveUp(["a", "b", "c"], 2)).toEqual(["a", "c", "b"]);
  expect(moveUp(["a", "b"], 1)).toEqual(["b", "a"]);
  expect(moveUp(["a", "b"], 0)).toEqual(["a", "b"]);
  expect(moveUp(["a", "b"], 2)).toEqual(["a", "b"]);
});

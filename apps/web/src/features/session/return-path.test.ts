import { expect, it } from "vitest";
import { returnPath } from "./return-path.ts";

it("returns to a page of this site", () => {
  expect(returnPath("/studio/kiln?x=1#y")).toBe("/studio/kiln?x=1#y");
});

it.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "",
  "studio",
  "/a\nb",
  undefined,
  7,
])("goes home instead of to %j", (next) => {
  expect(returnPath(next)).toBe("/");
});

it("does not return to the forms themselves", () => {
  expect(returnPath("/log-in?next=/log-in")).toBe("/");
  expect(returnPath("/sign-up")).toBe("/");
});

import { expect, it } from "vitest";
import { formatTable, grouped, ratio } from "./table.ts";

it("a table has columns as wide as their widest cell, numbers to the right", () => {
  const rows = [
    ["a long name", 7],
    ["b", 12_345],
  ];
  expect(formatTable(["what", "value"], rows)).toBe(
    ["what         value", "-----------  -----", "a long name      7", "b            12345"].join("\n"),
  );
});

it("a short row leaves its last columns empty", () => {
  expect(formatTable(["a", "b"], [["x"]])).toBe("a  b\n-  -\nx");
});

it("counts are grouped by thousands", () => {
  expect([0, 999, 1000, 1_234_567.4].map(grouped)).toEqual(["0", "999", "1 000", "1 234 567"]);
});

it("a ratio to nothing is a dash", () => {
  expect([ratio(5, 2), ratio(30, 2), ratio(1, 0)]).toEqual(["2.50x", "15.0x", "-"]);
});

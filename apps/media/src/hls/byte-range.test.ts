import { describe, expect, it } from "vitest";
import { parseByteRange } from "./byte-range.ts";

describe("the Range header", () => {
  it.each([
    ["bytes=0-0", { from: 0, to: 0 }],
    ["bytes=10-19", { from: 10, to: 19 }],
    ["bytes=90-", { from: 90, to: 99 }],
    ["bytes=90-500", { from: 90, to: 99 }],
    ["bytes=-10", { from: 90, to: 99 }],
    ["bytes=-500", { from: 0, to: 99 }],
  ])("%s is answered with those bytes", (header, range) => {
    expect(parseByteRange(header, 100)).toEqual(range);
  });

  it.each([undefined, "", "bytes=-", "bytes=5-4", "bytes=0-1,4-5", "items=0-1", "bytes=a-b", "bytes=0x1-2"])(
    "%s is answered with the whole file",
    (header) => {
      expect(parseByteRange(header, 100)).toBeUndefined();
    },
  );

  it.each(["bytes=100-", "bytes=100-200", "bytes=-0"])("%s cannot be met", (header) => {
    expect(parseByteRange(header, 100)).toBe("unsatisfiable");
    expect(parseByteRange("bytes=-1", 0)).toBe("unsatisfiable");
  });
});

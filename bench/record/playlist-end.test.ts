import { expect, it } from "vitest";
import { endOf } from "./playlist-end.ts";

const DATE = "2026-01-01T00:00:00.000Z";

it("counts segments and the parts of the open one, once each", () => {
  const text = [
    "#EXTM3U",
    `#EXT-X-PROGRAM-DATE-TIME:${DATE}`,
    '#EXT-X-PART:DURATION=1,URI="0.0.m4s"',
    '#EXT-X-PART:DURATION=1,URI="0.1.m4s"',
    "#EXTINF:2,",
    "0.m4s",
    '#EXT-X-PART:DURATION=0.25,URI="1.0.m4s",INDEPENDENT=YES',
    '#EXT-X-PART:DURATION=0.25,URI="1.1.m4s"',
  ].join("\n");
  expect(endOf(text)).toBe(Date.parse(DATE) + 2500);
});

it("goes by the last date", () => {
  const text = `#EXT-X-PROGRAM-DATE-TIME:2025-01-01T00:00:00Z\n#EXTINF:2,\na\n#EXT-X-PROGRAM-DATE-TIME:${DATE}\n#EXTINF:3,\nb\n`;
  expect(endOf(text)).toBe(Date.parse(DATE) + 3000);
});

it("refuses a playlist without dates", () => {
  expect(() => endOf("#EXTM3U\n#EXTINF:2,\na\n")).toThrow("no dates");
});

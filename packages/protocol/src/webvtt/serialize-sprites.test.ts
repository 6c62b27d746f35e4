import { describe, expect, it } from "vitest";
import { serializeSprites } from "./serialize-sprites.ts";

const sheet = { uri: "sprites-0.jpg", columns: 2, rows: 2, tileWidth: 160, tileHeight: 90, intervalMs: 5000 };

describe("sprites", () => {
  it("are one cue a picture, over several sheets, until the show ends", () => {
    expect(serializeSprites([sheet, { ...sheet, uri: "sprites-1.jpg" }], 21_500)).toBe(`WEBVTT

00:00:00.000 --> 00:00:05.000
sprites-0.jpg#xywh=0,0,160,90

00:00:05.000 --> 00:00:10.000
sprites-0.jpg#xywh=160,0,160,90

00:00:10.000 --> 00:00:15.000
sprites-0.jpg#xywh=0,90,160,90

00:00:15.000 --> 00:00:20.000
sprites-0.jpg#xywh=160,90,160,90

00:00:20.000 --> 00:00:21.500
sprites-1.jpg#xywh=0,0,160,90
`);
  });

  it("know hours", () => {
    const text = serializeSprites([{ ...sheet, intervalMs: 7_200_500 }], 14_400_000);
    expect(text).toContain("\n02:00:00.500 --> 04:00:00.000\n");
  });

  it("of nothing are a file without cues; what cannot be written is refused", () => {
    expect(serializeSprites([], 1000)).toBe("WEBVTT\n");
    expect(() => serializeSprites([{ ...sheet, uri: "a\nb" }], 1000)).toThrow(RangeError);
    expect(() => serializeSprites([{ ...sheet, uri: "a-->b" }], 1000)).toThrow(RangeError);
    expect(() => serializeSprites([{ ...sheet, intervalMs: 0 }], 1000)).toThrow(RangeError);
  });
});

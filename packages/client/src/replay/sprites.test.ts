import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSprites, spriteAt } from "./sprites.ts";

const BASE = "https://media.test/vod/r1/~sig/sprites.vtt";
const FILE = `WEBVTT - made by Sameroom

NOTE a comment

1
00:00.000 --> 00:05.000
sprites-0.jpg#xywh=0,0,160,90

00:05.000 --> 00:10.000 align:start
sprites-0.jpg#xywh=160,0,160,90

01:00:00.000 --> 01:00:05.500
sprites-1.jpg#xywh=0,90,160,90
`;

describe("sprites", () => {
  it("are read with their times, and addresses relative to their file", () => {
    const sprites = parseSprites(FILE, BASE);
    expect(sprites.map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [5, 10],
      [3600, 3605.5],
    ]);
    expect(sprites[1]).toMatchObject({ url: "https://media.test/vod/r1/~sig/sprites-0.jpg", x: 160, y: 0 });
    expect(sprites[1]).toMatchObject({ width: 160, height: 90 });
  });

  it("are found by time, the last one before where none is", () => {
    const sprites = parseSprites(FILE, BASE);
    expect(spriteAt(sprites, 0)?.x).toBe(0);
    expect(spriteAt(sprites, 7)?.x).toBe(160);
    expect(spriteAt(sprites, 1800)?.x).toBe(160);
    expect(spriteAt(sprites, 9999)?.y).toBe(90);
    expect(spriteAt(sprites, -1)).toBeUndefined();
    expect(spriteAt([], 3)).toBeUndefined();
  });

  it("leave out what is no picture on the web, has no size, or ends before it begins", () => {
    const cue = (payload: string, times = "00:00.000 --> 00:05.000") => `WEBVTT\n\n${times}\n${payload}\n`;
    expect(parseSprites(cue("javascript:alert(1)#xywh=0,0,1,1"), BASE)).toEqual([]);
    expect(parseSprites(cue("a.jpg#xywh=0,0,0,9"), BASE)).toEqual([]);
    expect(parseSprites(cue("Hello"), BASE)).toEqual([]);
    expect(parseSprites(cue("a.jpg#xywh=0,0,1,1", "00:05.000 --> 00:01.000"), BASE)).toEqual([]);
    expect(parseSprites(FILE.slice(1), BASE)).toEqual([]);
    expect(parseSprites(cue("a.jpg#xywh=0,0,1,1"), BASE)).toHaveLength(1);
  });

  it("come out sound of whatever a file holds", () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom("00:00.000 --> 00:05.000", "a.jpg#xywh=0,0,1,1", "", "99:59:59.999 --> 100:00:00.000"),
      fc.nat().map((n) => `http://[${n}#xywh=${n},${n},${n},${n}`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const sprites = parseSprites(["WEBVTT", ...lines].join("\n"), BASE);
        for (const { from, to, width, height, url } of sprites) {
          expect(to).toBeGreaterThan(from);
          expect(Math.min(width, height)).toBeGreaterThan(0);
          expect(url).toMatch(/^https?:/);
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});

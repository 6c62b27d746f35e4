import { M3U8Parser, type PlaylistLevelType } from "hls.js";
import { expect, it } from "vitest";
import { beginsWithKeyframe, canTakeOver, decodesBefore, endsInMedia, liveEdgeOf } from "./newest.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");

/** Three segments of 2 s, and a second of the fourth in parts of half a second; `gaps`: what is not there. `without`: segments without a keyframe. */
function playlist({ gaps = [] as string[], without = [] as number[] } = {}) {
  const gap = (name: string) => {
    const [segment, part] = name.split(".");
    if (gaps.includes(name)) return ",GAP=YES";
    return part === "0" && !without.includes(Number(segment)) ? ",INDEPENDENT=YES" : "";
  };
  const lines = ["#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-TARGETDURATION:2", "#EXT-X-PART-INF:PART-TARGET=0.5"];
  lines.push("#EXT-X-MEDIA-SEQUENCE:7", '#EXT-X-MAP:URI="i.mp4"');
  for (const segment of [7, 8, 9]) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(START + (segment - 7) * 2000).toISOString()}`);
    for (const part of [0, 1, 2, 3])
      lines.push(`#EXT-X-PART:DURATION=0.5,URI="s${segment}.${part}.m4s"${gap(`${segment}.${part}`)}`);
    if (gaps.includes(`${segment}`)) lines.push("#EXT-X-GAP");
    lines.push("#EXTINF:2,", `s${segment}.m4s`);
  }
  lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(START + 6000).toISOString()}`);
  for (const part of [0, 1]) lines.push(`#EXT-X-PART:DURATION=0.5,URI="s10.${part}.m4s"${gap(`10.${part}`)}`);
  lines.push('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s10.2.m4s"', "");
  const main = "main" as PlaylistLevelType.MAIN;
  return M3U8Parser.parseLevelPlaylist(
    lines.join("\n"),
    "https://a.example/v-h/index.m3u8",
    0,
    main,
    0,
    null,
  );
}

it("knows when the newest part ends", () => {
  expect(liveEdgeOf(playlist())).toBe(START + 7000);
});

it("tells media from a gap", () => {
  expect(endsInMedia(playlist())).toBe(true);
  expect(endsInMedia(playlist({ gaps: ["10.0"] }))).toBe(true);
  expect(endsInMedia(playlist({ gaps: ["10.0", "10.1"] }))).toBe(false);
});

it("begins where a segment has a keyframe", () => {
  expect(beginsWithKeyframe(playlist())).toBe(true);
  const sparse = playlist({ without: [8, 10] });
  expect(beginsWithKeyframe(sparse)).toBe(false);
  expect([5900, 3900, 1900].map((atMs) => beginsWithKeyframe(sparse, START + atMs))).toEqual([
    true,
    false,
    true,
  ]);
  expect(beginsWithKeyframe(playlist({ without: [10], gaps: ["10.0"] }))).toBe(true);
});

it("tells how much is decoded before a place is shown", () => {
  const { start } = playlist().fragments[0]!;
  expect(decodesBefore(playlist(), start + 6.75)).toBeCloseTo(0.75);
  expect(decodesBefore(playlist({ without: [9, 10] }), start + 6.75)).toBeCloseTo(4.75);
  expect(decodesBefore(playlist({ without: [7, 8, 9, 10] }), start + 6.75)).toBe(Number.POSITIVE_INFINITY);
});

it("takes over where it has a keyframe", () => {
  const at = { atUnixMs: START + 5600, bufferedUnixMs: START + 6200 };
  expect(canTakeOver(playlist(), at)).toBe(true);
  expect(canTakeOver(playlist({ without: [9] }), at)).toBe(true);
  expect(canTakeOver(playlist({ without: [10] }), at)).toBe(false);
});

it("takes over where it has what comes next", () => {
  expect(canTakeOver(playlist(), { atUnixMs: START + 6200, bufferedUnixMs: START + 6700 })).toBe(true);
});

it("takes over from a player that has nothing left to play, whatever it lacks", () => {
  const resumed = playlist({ gaps: ["8", "9", "8.0", "8.1", "8.2", "8.3", "9.0", "9.1", "9.2", "9.3"] });
  const at = { atUnixMs: START + 5000, bufferedUnixMs: START + 5100 };
  expect(canTakeOver(resumed, at)).toBe(true);
  expect(canTakeOver(playlist({ gaps: ["10.0", "10.1"] }), at)).toBe(false);
});

it("does not take over with what it lacks, or what is too late", () => {
  const at = { atUnixMs: START + 5000, bufferedUnixMs: START + 5600 };
  const resumed = playlist({ gaps: ["8", "9", "8.0", "8.1", "8.2", "8.3", "9.0", "9.1", "9.2", "9.3"] });
  expect(canTakeOver(resumed, at)).toBe(false);
  expect(canTakeOver(resumed, { atUnixMs: START + 5600, bufferedUnixMs: START + 6100 })).toBe(true);
  expect(canTakeOver(playlist(), { atUnixMs: START + 6800, bufferedUnixMs: START + 7400 })).toBe(false);
  expect(canTakeOver(playlist({ gaps: ["10.0", "10.1"] }), at)).toBe(false);
});

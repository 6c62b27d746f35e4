import { expect, it } from "vitest";
import { readLiveEdge } from "./live-edge.ts";

const PLAYLIST = `#EXTM3U
#EXT-X-MEDIA-SEQUENCE:40
#EXTINF:2.0,
40.m4s
#EXT-X-PART:DURATION=0.25,URI="41.0.m4s",INDEPENDENT=YES
#EXTINF:2.0,
41.m4s
#EXT-X-PART:DURATION=0.25,URI="42.0.m4s"
#EXT-X-PART:DURATION=0.25,URI="42.1.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="42.2.m4s"
`;

it("finds the part that comes next", () => {
  expect(readLiveEdge(PLAYLIST)).toEqual({ msn: 42, part: 2, parts: ["41.0.m4s", "42.0.m4s", "42.1.m4s"] });
});

it("finds it behind skipped segments and at the beginning of a segment", () => {
  const skipped = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-SKIP:SKIPPED-SEGMENTS=9\n#EXTINF:2,\n12.m4s\n";
  expect(readLiveEdge(skipped)).toMatchObject({ msn: 13, part: 0 });
});

it("refuses what is no playlist", () => {
  expect(() => readLiveEdge("not found")).toThrow("not a media playlist");
});

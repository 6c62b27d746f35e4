import { expect, test } from "vitest";
import { hasMedia, madeAtFirst, sizesIn, soundsIn } from "./renditions-in.ts";

test("names every size of the picture once, and neither sound nor what is no address", () => {
  const playlist = [
    "#EXTM3U",
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus",NAME="sound",URI="e1/opus/index.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.42e01f,opus",AUDIO="opus"',
    "e1/v-h/index.m3u8",
    '#EXT-X-STREAM-INF:BANDWIDTH=950000,CODECS="avc1.42e01f,mp4a.40.2",AUDIO="aac"',
    "e1/v-h/index.m3u8?x=1",
    "",
    "#EXT-X-STREAM-INF:BANDWIDTH=300000",
    "e1/h264-480/index.m3u8",
    "stray/v-f/index.m3u8",
  ].join("\r\n");
  expect(sizesIn(playlist)).toEqual(["h", "h264-480"]);
  expect(sizesIn("")).toEqual([]);
});

test("names the sounds, in their order, and no captions", () => {
  const playlist = [
    "#EXTM3U",
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="TYPE=AUDIO",NAME="English",URI="e1/en/index.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus",NAME="Main",DEFAULT=YES,URI="e1/opus/index.m3u8?in-room=1"',
    '#EXT-X-MEDIA:GROUP-ID="aac",TYPE=AUDIO,NAME="Main",URI="e1/aac/index.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="muxed",NAME="Main"',
  ].join("\r\n");
  expect(soundsIn(playlist)).toEqual(["e1/opus/index.m3u8?in-room=1", "e1/aac/index.m3u8"]);
  expect(soundsIn("")).toEqual([]);
});

test("leaves out the host's own picture where it has too few keyframes and others are made of it", () => {
  const sparse = '#EXT-X-SESSION-DATA:DATA-ID="io.sameroom.sparse-keyframes",VALUE="YES"';
  const source = ["#EXT-X-STREAM-INF:BANDWIDTH=900000", "e1/v-single/index.m3u8"];
  const made = ["#EXT-X-STREAM-INF:BANDWIDTH=300000", "e1/h264-480/index.m3u8"];
  expect(sizesIn([sparse, ...source, ...made].join("\n"))).toEqual(["h264-480"]);
  expect(sizesIn([...source, ...made].join("\n"))).toEqual(["single", "h264-480"]);
  expect(sizesIn([sparse, ...source].join("\n"))).toEqual(["single"]);
});

test("names what players begin with where it is made only when they ask", () => {
  const sparse = '#EXT-X-SESSION-DATA:DATA-ID="io.sameroom.sparse-keyframes",VALUE="YES"';
  const variants = [
    ["AVERAGE-BANDWIDTH=1,BANDWIDTH=900000", "e1/v-single/index.m3u8"],
    ["BANDWIDTH=1300000", "e1/h264-480/index.m3u8"],
    ["AVERAGE-BANDWIDTH=2000000,BANDWIDTH=700000", "e1/h264-360/index.m3u8"],
  ].flatMap(([tag, address]) => [`#EXT-X-STREAM-INF:${tag}`, address!]);
  expect(madeAtFirst([sparse, ...variants].join("\n"))).toBe("e1/h264-360/index.m3u8");
  expect(madeAtFirst([sparse, ...variants.slice(0, 2)].join("\n"))).toBeUndefined();
  expect(madeAtFirst(variants.join("\n"))).toBeUndefined();
});

test("knows whether a playlist has anything to play", () => {
  const gap = '#EXT-X-PART:DURATION=0.25,URI="7.0.m4s",GAP=YES';
  expect(hasMedia(`#EXTM3U\n${gap}\n`)).toBe(false);
  expect(hasMedia('#EXTM3U\n#EXT-X-PART:DURATION=0.25,URI="7.0.m4s",INDEPENDENT=YES\n')).toBe(true);
  expect(hasMedia("#EXTM3U\n#EXTINF:2,\n7.m4s\n")).toBe(true);
});

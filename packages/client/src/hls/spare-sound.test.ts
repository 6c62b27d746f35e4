import { describe, expect, it } from "vitest";
import { indicesOfSpareSound } from "./spare-sound.ts";

const level = (uri: string, videoCodec: string | undefined, audioCodec: string | undefined) => ({
  ...{ uri, videoCodec, audioCodec },
});

describe("which sound of a show is played", () => {
  it("is the one that was sent, in every size, wherever it stands", () => {
    const levels = [
      level("h264-360/index.m3u8", "avc1.42c01f", "mp4a.40.2"),
      level("h264-360/index.m3u8", "avc1.42c01f", "opus"),
      level("v-h/index.m3u8", "avc1.42c01f", "opus"),
      level("v-h/index.m3u8", "avc1.42c01f", "mp4a.40.2"),
    ];
    expect(indicesOfSpareSound(levels)).toEqual([0, 3]);
  });

  it("is AAC where there is no other, as of encoders, and where the other cannot be played", () => {
    const aac = level("v-h/index.m3u8", "avc1.42c01f", "mp4a.40.2");
    expect(indicesOfSpareSound([aac, { ...aac, uri: "h264-360/index.m3u8" }])).toEqual([]);
    expect(indicesOfSpareSound([aac, level("v-q/index.m3u8", "av01.0.04M.08", "opus")])).toEqual([]);
    expect(indicesOfSpareSound([aac, { ...aac, audioCodec: undefined }])).toEqual([]);
  });

  it("is the one that was sent without a picture, too", () => {
    const levels = [
      level("aac/index.m3u8", undefined, "mp4a.40.2"),
      level("opus/index.m3u8", undefined, "opus"),
    ];
    expect(indicesOfSpareSound(levels)).toEqual([0]);
  });
});

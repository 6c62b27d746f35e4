import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { pictureSize } from "./picture-size.ts";
import type { CodecName } from "./types.ts";

/** How encoders begin a keyframe (x264 165, libvpx 1.15, SVT-AV1 3), without start codes. */
const SPS_642X362 = "6742c01eda0290bf889210000003001000000303c0f162ea";
const SPS_1920X1080 = "67640028acd940780227e584000003000400000300f03c60c658";
/** 4:4:4, interlaced, with scaling lists. */
const SPS_322X242 = "67f40015919b282a21e3e2210000030001000003003c1f142996";
const PPS = "68ce0fc8";
const VP8_642X362 = "9034009d012a82026a010207088585889984880b0200061604f70681649f6bdb";
const VP9_642X362 = "8249834200281016960038241c184a10005061f23b26805c";
/** Profile 1, 4:4:4. */
const VP9_322X242 = "a249834200028201e2c007048383094000066000006b4292";
/** The OBU with and without its size. */
const AV1_SIZED = "0a0b0000000cc5036912be4010";
const AV1_UNSIZED = "080000000cc5036912be4010";

const bytes = (...parts: string[]) => Uint8Array.from(Buffer.from(parts.join(""), "hex"));
const length = (hex: string, digits: number) => (hex.length / 2).toString(16).padStart(digits, "0");
const size = (codec: CodecName, ...parts: string[]) => {
  const found = pictureSize(codec, bytes(...parts));
  return found && `${found.width}x${found.height}`;
};

describe("pictureSize", () => {
  it("reads H.264 parameter sets, cropping included", () => {
    expect(size("h264", SPS_642X362)).toBe("642x362");
    expect(size("h264", SPS_1920X1080)).toBe("1920x1080");
    expect(size("h264", SPS_322X242)).toBe("322x242");
  });

  it("finds the parameter set in aggregates and fragments", () => {
    const aggregate = ["78", length(PPS, 4), PPS, length(SPS_642X362, 4), SPS_642X362, "0500", "65"];
    expect(size("h264", ...aggregate)).toBe("642x362");
    expect(size("h264", "7c87", SPS_642X362.slice(2))).toBe("642x362");
    expect(size("h264", "7c07", SPS_642X362.slice(2))).toBeUndefined();
    expect(size("h264", PPS)).toBeUndefined();
  });

  it("reads VP8 frame headers behind any descriptor", () => {
    expect(size("vp8", "10", VP8_642X362)).toBe("642x362");
    expect(size("vp8", "90e0812345c0", VP8_642X362)).toBe("642x362");
    expect(size("vp8", "9080", "05", VP8_642X362)).toBe("642x362");
    // Not the first packet; not a keyframe.
    expect(size("vp8", "00", VP8_642X362)).toBeUndefined();
    expect(size("vp8", "10", VP8_642X362.replace(/^90/, "91"))).toBeUndefined();
  });

  it("reads VP9 frame headers of each profile", () => {
    expect(size("vp9", "08", VP9_642X362)).toBe("642x362");
    expect(size("vp9", "888123", VP9_642X362)).toBe("642x362");
    expect(size("vp9", "a881230007", VP9_322X242)).toBe("322x242");
    expect(size("vp9", "48", VP9_642X362)).toBeUndefined();
  });

  it("takes the largest layer of a VP9 scalability structure", () => {
    const layers = ["014000b4", "02800168", "050002d0"];
    expect(size("vp9", "aa81230007", "50", ...layers, VP9_642X362)).toBe("1280x720");
    // Without sizes, but with a picture group: the header behind it tells.
    expect(size("vp9", "0a", "08", "02", "0401", "280201", VP9_642X362)).toBe("642x362");
  });

  it("reads the AV1 sequence header wherever it is in the packet", () => {
    expect(size("av1", "08", length(AV1_UNSIZED, 2), AV1_UNSIZED, "0210ff")).toBe("642x362");
    expect(size("av1", "18", AV1_SIZED)).toBe("642x362");
    expect(size("av1", "28", "021200", AV1_SIZED)).toBe("642x362");
    expect(size("av1", "10", "32aabb")).toBeUndefined();
    // Goes on with an OBU of the packet before.
    expect(size("av1", "98", AV1_SIZED)).toBeUndefined();
  });

  it("knows nothing of audio, nor of what is cut short", () => {
    expect(size("opus", VP8_642X362)).toBeUndefined();
    const whole: [CodecName, string][] = [
      ["h264", SPS_642X362.slice(0, 16)],
      ["vp8", `10${VP8_642X362}`.slice(0, 20)],
      ["vp9", `08${VP9_642X362}`.slice(0, 16)],
      ["av1", `18${AV1_SIZED}`.slice(0, 18)],
    ];
    for (const [codec, hex] of whole) {
      for (let end = 0; end <= hex.length; end += 2) expect(size(codec, hex.slice(0, end))).toBeUndefined();
    }
  });

  it("survives any bytes", () => {
    const random = new SeededRandom(31);
    const seeds: [CodecName, Uint8Array][] = [
      ["h264", bytes(SPS_322X242)],
      ["h264", bytes("78", length(SPS_642X362, 4), SPS_642X362)],
      ["vp8", bytes("90e0812345c0", VP8_642X362)],
      ["vp9", bytes("aa81230007", "580140", "00b402800168050002d0", VP9_642X362)],
      ["av1", bytes("28", "021200", AV1_SIZED)],
    ];
    let found = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const [codec, seed] = random.pick(seeds);
      const payload = random.next() < 0.3 ? random.bytes(random.integer(0, 300)) : seed.slice();
      for (let count = random.integer(0, 4); count > 0 && payload.length > 0; count -= 1) {
        payload[random.integer(0, payload.length - 1)] = random.integer(0, 255);
      }
      const picture = pictureSize(codec, payload.subarray(0, random.integer(0, payload.length)));
      if (picture === undefined) continue;
      found += 1;
      expect(Math.min(picture.width, picture.height)).toBeGreaterThan(0);
      expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(16_384);
    }
    expect(found).toBeGreaterThan(1000);
  });
});

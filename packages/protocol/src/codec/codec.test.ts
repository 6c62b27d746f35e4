import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CODEC_POLICY, codecNameOf, encodingNameOf } from "./codec-policy.ts";
import { formatFmtp, parseFmtp } from "./fmtp.ts";
import { isH264Decodable, parseH264Format, parseProfileLevelId, withH264Level } from "./h264-profile.ts";
import { isFrameStart, isKeyframeStart } from "./keyframe-start.ts";
import { matchCodec } from "./match-codec.ts";
import { answerOpusFmtp, parseOpusFormat } from "./opus-format.ts";
import type { CodecName } from "./types.ts";

const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe("fmtp", () => {
  it("reads names in any case, the first of equal ones, and writes them back", () => {
    const parameters = parseFmtp(" Minptime=10; useinbandfec=1;flag;;minptime=20");
    expect([...parameters]).toEqual([
      ["minptime", "10"],
      ["useinbandfec", "1"],
      ["flag", ""],
    ]);
    expect(formatFmtp(parameters)).toBe("minptime=10;useinbandfec=1;flag");
    expect(parseFmtp(Array.from({ length: 500 }, (_, index) => `k${index}=1`).join(";")).size).toBe(64);
  });
});

describe("H.264 formats", () => {
  it.each([
    ["42e01f", "constrained-baseline", 31],
    ["42c00b", "constrained-baseline", 11],
    ["42f00b", "constrained-baseline", 9],
    ["4d801f", "constrained-baseline", 31],
    ["42001f", "baseline", 31],
    ["4d001f", "main", 31],
    ["640c1f", "constrained-high", 31],
    ["640028", "high", 40],
    ["F4001F", "predictive-high-444", 31],
  ])("reads profile-level-id %s", (text, profile, level) => {
    expect(parseProfileLevelId(text)).toEqual({ profile, level });
  });

  it.each(["", "42e0", "42e01g", "ff001f", "42e01f00"])("refuses profile-level-id %j", (text) => {
    expect(parseProfileLevelId(text)).toBeUndefined();
  });

  it("takes RFC 6184's defaults for what is absent", () => {
    expect(parseH264Format("")).toEqual({
      profile: "baseline",
      level: 10,
      packetizationMode: 0,
      levelAsymmetryAllowed: false,
    });
    expect(parseH264Format("packetization-mode=7")).toBeUndefined();
  });

  it("changes the level and nothing else", () => {
    const fmtp = "packetization-mode=1;profile-level-id=42E01f;level-asymmetry-allowed=1";
    expect(withH264Level(fmtp, 0x34)).toBe(
      "packetization-mode=1;profile-level-id=42E034;level-asymmetry-allowed=1",
    );
    expect(withH264Level("packetization-mode=1", 0x34)).toBe("packetization-mode=1");
  });

  it("knows which decoders can decode a stream", () => {
    expect(isH264Decodable("constrained-baseline", "high")).toBe(true);
    expect(isH264Decodable("high", "constrained-baseline")).toBe(false);
    expect(isH264Decodable("baseline", "main")).toBe(false);
  });

  it("does not give a packetization mode 1 stream to a mode 0 receiver", () => {
    const codecs = [
      { name: "h264", fmtp: "profile-level-id=42e01f;packetization-mode=0", id: 1 },
      { name: "h264", fmtp: "nonsense;profile-level-id=zz", id: 2 },
    ] as const;
    const stream = { name: "h264", fmtp: "profile-level-id=42e01f;packetization-mode=1" } as const;
    expect(matchCodec(codecs, stream)).toBeUndefined();
    expect(matchCodec(codecs, { ...stream, fmtp: "profile-level-id=42e01f" })?.id).toBe(1);
    expect(matchCodec(codecs, { name: "vp8", fmtp: "" })).toBeUndefined();
  });
});

describe("Opus formats", () => {
  it("reads what matters", () => {
    expect(
      parseOpusFormat("stereo=1;sprop-stereo=1;useinbandfec=1;usedtx=1;maxaveragebitrate=96000"),
    ).toEqual({
      stereo: true,
      spropStereo: true,
      inBandFec: true,
      dtx: true,
      maxAverageBitrate: 96_000,
    });
    expect(parseOpusFormat("maxaveragebitrate=x").maxAverageBitrate).toBeUndefined();
  });

  it("answers with in-band FEC, and stereo in the offerer's direction", () => {
    expect(answerOpusFmtp("", "sends")).toBe("useinbandfec=1");
    expect(answerOpusFmtp("sprop-stereo=1", "sends")).toBe("stereo=1;useinbandfec=1");
    expect(answerOpusFmtp("sprop-stereo=1", "receives")).toBe("useinbandfec=1");
    expect(answerOpusFmtp("stereo=1;usedtx=1;minptime=<x>", "receives")).toBe(
      "usedtx=1;stereo=1;sprop-stereo=1;useinbandfec=1",
    );
  });
});

describe("the codec policy", () => {
  it("prefers H.264 and knows each codec by its SDP name", () => {
    expect(CODEC_POLICY[0]).toBe("h264");
    for (const name of CODEC_POLICY) {
      const kind = name === "opus" ? "audio" : "video";
      expect(codecNameOf(encodingNameOf(name).toUpperCase(), kind, name === "opus" ? 48_000 : 90_000)).toBe(
        name,
      );
    }
    expect(codecNameOf("opus", "audio", 16_000)).toBeUndefined();
    expect(codecNameOf("VP8", "audio", 90_000)).toBeUndefined();
    expect(codecNameOf("toString", "video", 90_000)).toBeUndefined();
  });
});

describe("keyframe starts", () => {
  const cases: [string, CodecName, Uint8Array, boolean, boolean][] = [
    ["SPS", "h264", of(0x67, 0x42), true, true],
    ["PPS", "h264", of(0x68, 0xce), false, true],
    ["IDR slice without its SPS", "h264", of(0x65, 0x88), false, true],
    ["non-IDR slice", "h264", of(0x41, 0x9a), false, true],
    ["later slice of a picture", "h264", of(0x41, 0x40), false, false],
    ["STAP-A of SPS and PPS", "h264", of(0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xce), true, true],
    ["STAP-A of a delimiter, then SPS", "h264", of(0x78, 0, 2, 0x09, 0x10, 0, 2, 0x67, 0x42), true, true],
    ["STAP-A of two slices", "h264", of(0x78, 0, 2, 0x41, 0x9a, 0, 2, 0x41, 0x40), false, true],
    ["STAP-A with a bad length", "h264", of(0x78, 0, 9, 0x67, 0x42), false, true],
    ["FU-A start of IDR", "h264", of(0x7c, 0x85, 0x88), false, true],
    ["FU-A middle of IDR", "h264", of(0x7c, 0x05, 0x88), false, false],
    ["FU-A start of a non-IDR slice", "h264", of(0x5c, 0x81, 0x9a), false, true],
    ["VP8 key frame", "vp8", of(0x10, 0x00, 0x9d), true, true],
    ["VP8 key frame with a 15-bit picture id", "vp8", of(0x90, 0x80, 0x81, 0x23, 0x00), true, true],
    ["VP8 key frame with all fields", "vp8", of(0x90, 0xf0, 0x23, 1, 0x20, 0x00), true, true],
    ["VP8 inter frame", "vp8", of(0x10, 0x01), false, true],
    ["VP8 second packet", "vp8", of(0x00, 0x00), false, false],
    ["VP8 second partition", "vp8", of(0x11, 0x00), false, false],
    ["VP8 cut short", "vp8", of(0x90, 0x80), false, true],
    ["VP9 key frame", "vp9", of(0x88, 0x01, 0x82), true, true],
    ["VP9 key frame, long picture id, layers", "vp9", of(0xa8, 0x81, 0x23, 0x00, 0x10), true, true],
    ["VP9 upper spatial layer of a key frame", "vp9", of(0xa8, 0x01, 0x02, 0x10), false, false],
    ["VP9 inter frame", "vp9", of(0xc8, 0x01, 0x82), false, true],
    ["VP9 middle of a frame", "vp9", of(0x80, 0x01, 0x82), false, false],
    ["AV1 start of a sequence", "av1", of(0x18, 0x0a), true, true],
    ["AV1 other frame", "av1", of(0x10, 0x32), false, true],
    ["AV1 continuation", "av1", of(0x98, 0x32), false, false],
    ["Opus", "opus", of(0x78), true, true],
  ];
  it.each(cases)("%s (%s)", (_what, codec, payload, keyframe, frame) => {
    expect([isKeyframeStart(codec, payload), isFrameStart(codec, payload)]).toEqual([keyframe, frame]);
  });

  it("survives any payload, and calls an empty one neither", () => {
    for (const codec of CODEC_POLICY) {
      expect([isKeyframeStart(codec, of()), isFrameStart(codec, of())]).toEqual([false, false]);
    }
    fc.assert(
      fc.property(fc.constantFrom(...CODEC_POLICY), fc.uint8Array({ maxLength: 12 }), (codec, payload) => {
        isKeyframeStart(codec, payload);
        isFrameStart(codec, payload);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

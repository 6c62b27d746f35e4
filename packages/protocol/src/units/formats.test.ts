import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, FORMATS, HEVC_SETS, PPS, SPS_642X362, SPS_1920X1080 } from "../fmp4/fmp4.fixture.ts";
import { parseInit } from "../fmp4/parse-init.ts";
import { serializeInit } from "../fmp4/serialize-init.ts";
import { aacFormat, parseAacConfiguration } from "./aac-format.ts";
import { av1Format, parseAv1Configuration } from "./av1-format.ts";
import { h264Format } from "./h264-format.ts";
import { hevcFormat } from "./hevc-format.ts";
import { parseHevcSps } from "./hevc-sps.ts";
import { opusFormat, parseOpusConfiguration } from "./opus-format.ts";
import { opusSamples } from "./opus-samples.ts";
import { parseVpConfiguration } from "./vp-format.ts";

const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

describe("formats", () => {
  it("of H.264 come from parameter sets, with the cropped size", () => {
    const format = h264Format({ sps: [SPS_642X362], pps: [PPS] });
    expect(format).toMatchObject({ codecs: "avc1.42c01e", width: 642, height: 362, codec: "h264" });
    expect(hex(format!.configuration)).toBe(`0142c01effe10018${hex(SPS_642X362)}010004${hex(PPS)}`);
  });

  it("of the high profiles tell chroma and depth in avcC", () => {
    const format = h264Format({ sps: [SPS_1920X1080], pps: [PPS] })!;
    expect(format).toMatchObject({ codecs: "avc1.640028", width: 1920, height: 1080 });
    expect(hex(format.configuration.subarray(-4))).toBe("fdf8f800");
  });

  it("of H.264 come from an avcC that they made, and from none that is cut short", () => {
    for (const sps of [SPS_642X362, SPS_1920X1080]) {
      const format = h264Format({ sps: [sps], pps: [PPS] })!;
      expect(h264Format(format.configuration)).toEqual(format);
      const short = format.configuration.subarray(0, 8 + sps.length + 5);
      expect(h264Format(short)).toBeUndefined();
    }
    const twoByteLengths = Uint8Array.from(FORMATS.h264.configuration);
    twoByteLengths[4] = 0xfd;
    expect(h264Format(twoByteLengths)).toBeUndefined();
    expect(h264Format({ sps: [], pps: [PPS] })).toBeUndefined();
    expect(h264Format({ sps: [PPS], pps: [PPS] })).toBeUndefined();
    expect(h264Format({ sps: [SPS_642X362], pps: [] })).toBeUndefined();
  });

  it("of HEVC come from parameter sets and from an hvcC that they made", () => {
    // x265 4.1, 642x362 in a coded 648x368.
    const [vps, sps, pps] = HEVC_SETS;
    const format = hevcFormat({ vps: [vps], sps: [sps], pps: [pps] })!;
    expect(format).toMatchObject({ codec: "hevc", codecs: "hvc1.1.6.L63.90", width: 642, height: 362 });
    expect(hevcFormat(format.configuration)).toEqual(format);
    expect(parseInit(serializeInit(format))).toEqual(format);
    expect(hevcFormat({ vps: [vps], sps: [pps], pps: [sps] })).toBeUndefined();
    expect(hevcFormat({ vps: [vps], sps: [sps.subarray(0, 12)], pps: [pps] })).toBeUndefined();
    const { configuration } = format;
    for (let length = 0; length < configuration.length; length += 1)
      expect(hevcFormat(configuration.subarray(0, length))).toBeUndefined();
  });

  it("of VP9 and AV1 have the parameters of RFC 6381", () => {
    expect(FORMATS.vp9.codecs).toBe("vp09.00.31.08");
    expect(FORMATS.vp8.codecs).toBe("vp08.00.21.08");
    expect(FORMATS.av1).toMatchObject({ codecs: "av01.0.01M.08", width: 642, height: 362 });
    expect(hex(FORMATS.av1.configuration)).toBe("81010c000a0b0000000cc5036912be4010");
  });

  it("of Opus and AAC tell channels and rate", () => {
    expect(hex(opusFormat(2, 312).configuration)).toBe("000201380000bb80000000");
    expect(() => opusFormat(6)).toThrow(RangeError);
    expect(() => opusFormat(2, -1)).toThrow(RangeError);
    expect(aacFormat(bytes("1190"))).toMatchObject({ codecs: "mp4a.40.2", sampleRate: 48_000, channels: 2 });
    expect(aacFormat(bytes("1208"))).toMatchObject({ codecs: "mp4a.40.2", sampleRate: 44_100, channels: 1 });
    // HE-AAC, told explicitly: a core of 24 kHz, 48 kHz out.
    expect(aacFormat(bytes("2b118800"))).toMatchObject({ codecs: "mp4a.40.5", sampleRate: 48_000 });
    expect(() => aacFormat(bytes("11"))).toThrow(RangeError);
    expect(() => aacFormat(bytes("1690"))).toThrow(RangeError);
  });

  it("survive any configuration", () => {
    const size = { width: 4, height: 4 };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (configuration) => {
        h264Format(configuration);
        h264Format({ sps: [configuration], pps: [configuration] });
        hevcFormat(configuration);
        hevcFormat(Uint8Array.of(1, ...configuration));
        parseHevcSps(configuration);
        av1Format(configuration);
        av1Format(Uint8Array.of(0x08, ...configuration));
        parseAv1Configuration(configuration, size);
        parseVpConfiguration(configuration, { codec: "vp9", ...size });
        parseOpusConfiguration(configuration);
        parseAacConfiguration(configuration);
      }),
    );
  });
});

describe("opusSamples", () => {
  it("knows the length of each kind of frame", () => {
    // SILK 10 to 60 ms, hybrid 10 and 20 ms, CELT 2.5 to 20 ms; one frame each.
    const lengths = Array.from({ length: 32 }, (_, configuration) =>
      opusSamples(Uint8Array.of(configuration << 3)),
    );
    const silk = [480, 960, 1920, 2880];
    const celt = [120, 240, 480, 960];
    expect(lengths).toEqual([silk, silk, silk, [480, 960, 480, 960], celt, celt, celt, celt].flat());
  });

  it("counts the frames of a packet", () => {
    const config = 31 << 3;
    expect(opusSamples(Uint8Array.of(config | 1, 0, 0))).toBe(1920);
    expect(opusSamples(Uint8Array.of(config | 2, 1, 0))).toBe(1920);
    expect(opusSamples(Uint8Array.of(config | 3, 6, 0))).toBe(5760);
  });

  it("is 0 for what is no packet: empty, uneven halves, no frames, longer than 120 ms", () => {
    const config = 31 << 3;
    for (const packet of [[], [config | 1, 0], [config | 2], [config | 3], [config | 3, 0], [config | 3, 7]])
      expect(opusSamples(Uint8Array.from(packet))).toBe(0);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 8 }), (packet) => opusSamples(packet) <= 5760));
  });
});

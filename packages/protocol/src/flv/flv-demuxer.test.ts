import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AV1_SEQUENCE, PPS, SPS_642X362, SPS_1920X1080 } from "../fmp4/fmp4.fixture.ts";
import { h264Format } from "../units/h264-format.ts";
import { FlvDemuxer } from "./flv-demuxer.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const join = (...parts: (string | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? hex(part) : part)]));
const fourCc = (text: string) => Uint8Array.from(Buffer.from(text));

const avcC = (sps: Uint8Array) => h264Format({ sps: [sps], pps: [PPS] })!.configuration;
const IDR = "00000004 65888422";
const SLICE = "00000003 419a22";
/** Tags without FourCC. */
const start = (sps = SPS_642X362) => join("17 00 000000", avcC(sps));
const keyframe = join("17 01 000000", IDR);
const slice = (composition: string) => join("27 01", composition, SLICE);
const aacStart = hex("af 00 1210");
const aac = hex("af 01 211004");

describe("FLV video", () => {
  it("begins with a keyframe that was said how to decode, and has composition times with their sign", () => {
    const demuxer = new FlvDemuxer();
    expect(demuxer.take("video", 0, keyframe)).toEqual([]);
    expect(demuxer.take("video", 0, start())).toEqual([]);
    expect(demuxer.take("video", 33, slice("000000"))).toEqual([]);
    const [first] = demuxer.take("video", 40, keyframe);
    expect(first).toMatchObject({ ptsMicros: 40_000, compositionMicros: 0, keyframe: true, data: hex(IDR) });
    expect(first!.format).toMatchObject({ codec: "h264", width: 642, height: 362 });
    const [second] = demuxer.take("video", 73, slice("000042"));
    expect(second).toMatchObject({ ptsMicros: 139_000, compositionMicros: 66_000, keyframe: false });
    expect(second!.format).toBe(first!.format);
    const [third] = demuxer.take("video", 107, slice("ffffdf"));
    expect(third).toMatchObject({ ptsMicros: 74_000, compositionMicros: -33_000 });
  });

  it("keeps the format while its set-up is repeated, and changes it with the next keyframe", () => {
    const demuxer = new FlvDemuxer();
    demuxer.take("video", 0, start());
    const [first] = demuxer.take("video", 0, keyframe);
    demuxer.take("video", 33, start());
    expect(demuxer.take("video", 33, keyframe)[0]!.format).toBe(first!.format);
    demuxer.take("video", 66, start(SPS_1920X1080));
    expect(demuxer.take("video", 66, keyframe)[0]!.format).toMatchObject({ width: 1920, height: 1080 });
  });

  it("goes on over the end of 32 bits, and with sound that is behind", () => {
    const demuxer = new FlvDemuxer();
    demuxer.take("video", 0xffff_ffe0, start());
    demuxer.take("audio", 0xffff_ffe0, aacStart);
    const times = [
      ...demuxer.take("video", 0xffff_fff0, keyframe),
      ...demuxer.take("video", 0x10, keyframe),
      ...demuxer.take("audio", 0xffff_fff8, aac),
      ...demuxer.take("video", 0x30, keyframe),
    ].map(({ ptsMicros }) => ptsMicros / 1000 - 2 ** 32);
    expect(times).toEqual([-16, 16, -8, 48]);
  });

  it("adds the nanoseconds of enhanced RTMP", () => {
    const demuxer = new FlvDemuxer();
    demuxer.take("video", 0, join("90", fourCc("avc1"), avcC(SPS_642X362)));
    const modified = join("97 02 07a120 01", fourCc("avc1"), "000000", IDR);
    expect(demuxer.take("video", 10, modified)[0]).toMatchObject({ ptsMicros: 10_500, compositionMicros: 0 });
    // A modifier nobody knows is passed over.
    const unknown = join("97 00 ff 13", fourCc("avc1"), IDR);
    expect(demuxer.take("video", 20, unknown)[0]).toMatchObject({ ptsMicros: 20_000 });
  });

  it("of AV1 takes the sequence header out of the set-up when keyframes have none", () => {
    const demuxer = new FlvDemuxer();
    const av1C = join("81 01 0c 00", AV1_SEQUENCE);
    demuxer.take("video", 0, join("90", fourCc("av01"), av1C));
    // A frame OBU that is shown, a keyframe, behind a temporal delimiter.
    const [unit] = demuxer.take("video", 40, join("91", fourCc("av01"), "1200 3203 10aabb"));
    expect(unit).toMatchObject({ keyframe: true, data: join(AV1_SEQUENCE, "3203 10aabb") });
    expect(unit!.format).toMatchObject({ codec: "av1", width: 642, height: 362 });
    const [delta] = demuxer.take("video", 73, join("a1", fourCc("av01"), "3203 30aabb"));
    expect(delta).toMatchObject({ keyframe: false, data: hex("3203 30aabb") });
  });

  it("of VP9 needs no set-up but its keyframes", () => {
    const demuxer = new FlvDemuxer();
    const frame = hex("8249834200281016960038241c184a");
    const [unit] = demuxer.take("video", 0, join("91", fourCc("vp09"), frame));
    expect(unit!.format).toMatchObject({ codec: "vp9", width: 642, height: 362 });
    expect(unit!.data).toEqual(frame);
  });

  it("of several tracks takes the first one, whatever way they are packed", () => {
    const sized = (track: string, data: Uint8Array) =>
      join(track, Uint8Array.of(0, data.length >> 8, data.length & 255), data);
    const [low, high] = [avcC(SPS_642X362), avcC(SPS_1920X1080)];
    const frame = join("000000", IDR);
    const many = new FlvDemuxer();
    many.take("video", 0, join("96 10", fourCc("avc1"), sized("00", low), sized("01", high)));
    const units = many.take(
      "video",
      0,
      join("96 11", fourCc("avc1"), sized("00", frame), sized("01", frame)),
    );
    expect(units.map(({ format }) => format)).toMatchObject([{ width: 642 }]);
    const codecs = new FlvDemuxer();
    codecs.take(
      "video",
      0,
      join("96 20", fourCc("avc1"), sized("00", low), fourCc("hvc1"), sized("01", high)),
    );
    expect(codecs.take("video", 0, join("96 21", fourCc("avc1"), sized("00", frame)))).toHaveLength(1);
    // OBS: the first track as ever, the others as tracks of their own.
    const mixed = new FlvDemuxer();
    mixed.take("video", 0, join("96 00", fourCc("avc1"), "01", high));
    mixed.take("video", 0, start());
    expect(mixed.take("video", 0, keyframe)[0]!.format).toMatchObject({ width: 642 });
    expect(mixed.take("video", 0, join("96 01", fourCc("avc1"), "01", frame))).toEqual([]);
  });

  it("passes over what it does not know, and names it", () => {
    const demuxer = new FlvDemuxer();
    for (const body of [hex("22 00"), join("90", fourCc("vvc1"), "00"), hex("5a 00"), hex("d4 0000")])
      expect(demuxer.take("video", 0, body)).toEqual([]);
    demuxer.take("audio", 0, hex("2f ffee"));
    demuxer.take("audio", 0, join("90", fourCc("ac-3"), "00"));
    expect(demuxer.unsupported).toEqual(["h263", "vvc1", "mp3", "ac-3"]);
    expect(demuxer.malformed).toBe(0);
    for (const body of [
      hex("17"),
      hex("17 01 00"),
      hex("91 61"),
      hex("97 05 00"),
      join("96 10", fourCc("avc1"), "00 000009 00"),
    ])
      demuxer.take("video", 0, body);
    expect(demuxer.malformed).toBe(5);
  });
});

describe("FLV audio", () => {
  it("of AAC has the times of its samples, not those rounded to milliseconds", () => {
    const demuxer = new FlvDemuxer();
    demuxer.take("audio", 0, aacStart);
    const frameMs = (1024 / 44_100) * 1000;
    const random = new SeededRandom(3);
    let before: number | undefined;
    for (let index = 0; index < 2000; index += 1) {
      const stated = Math.round(index * frameMs + random.next() * 0.4);
      const [unit] = demuxer.take("audio", stated, aac);
      expect(unit).toMatchObject({
        samples: 1024,
        keyframe: true,
        format: { sampleRate: 44_100, channels: 2 },
      });
      expect(Math.abs(unit!.ptsMicros - index * frameMs * 1000)).toBeLessThan(1000);
      if (before !== undefined) {
        expect(Math.abs(unit!.ptsMicros - before - frameMs * 1000)).toBeLessThan(30);
      }
      before = unit!.ptsMicros;
    }
  });

  it("goes with its sender where there is a gap", () => {
    const demuxer = new FlvDemuxer();
    demuxer.take("audio", 0, aacStart);
    demuxer.take("audio", 0, aac);
    expect(demuxer.take("audio", 5000, aac)[0]!.ptsMicros).toBe(5_000_000);
    expect(demuxer.take("audio", 4000, aac)[0]!.ptsMicros).toBe(4_000_000);
  });

  it("of Opus is set up by its identification header", () => {
    const demuxer = new FlvDemuxer();
    const head = join(fourCc("OpusHead"), "01 01 3801 80bb0000 0000 00");
    demuxer.take("audio", 0, join("90", fourCc("Opus"), head));
    const announced = demuxer.sound;
    // 20 ms of CELT.
    const [unit] = demuxer.take("audio", 20, join("91", fourCc("Opus"), "f8aabb"));
    expect(unit).toMatchObject({ samples: 960, ptsMicros: 20_000, data: hex("f8aabb") });
    expect(unit!.format).toMatchObject({ codec: "opus", channels: 1 });
    expect(announced).toBe(unit!.format);
  });

  it("in an enhanced tag is the same AAC", () => {
    const demuxer = new FlvDemuxer();
    demuxer.take("audio", 0, join("90", fourCc("mp4a"), "1210"));
    expect(demuxer.take("audio", 0, join("91", fourCc("mp4a"), "2110"))[0]).toMatchObject({ samples: 1024 });
  });
});

describe("FLV", () => {
  it("of any bytes never throws", () => {
    const random = fc.tuple(
      fc.constantFrom("audio", "video"),
      fc.nat(0xffff_ffff),
      fc.uint8Array({ maxLength: 120 }),
    );
    fc.assert(
      fc.property(fc.array(random, { maxLength: 10 }), (tags) => {
        const demuxer = new FlvDemuxer();
        for (const [kind, time, body] of tags) demuxer.take(kind as "audio" | "video", time, body);
      }),
      { numRuns: 2000 },
    );
  });

  it("of tags with changed bytes never throws, and gives units that are whole", () => {
    const tags = [
      start(),
      keyframe,
      slice("000010"),
      join("90", fourCc("avc1"), avcC(SPS_1920X1080)),
      join("97 02 07a120 01", fourCc("avc1"), "000000", IDR),
      join("96 11", fourCc("avc1"), "00 00000a 000000 00000003 658884"),
    ];
    const change = fc.tuple(fc.nat(tags.length - 1), fc.nat(60), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const bodies = tags.map((tag) => tag.slice());
        for (const [tag, at, value] of changes) if (at < bodies[tag]!.length) bodies[tag]![at] = value;
        const demuxer = new FlvDemuxer();
        for (const body of bodies)
          for (const unit of demuxer.take("video", 0, body)) {
            expect(unit.data.length).toBeGreaterThan(0);
            expect(Number.isFinite(unit.ptsMicros)).toBe(true);
          }
      }),
      { numRuns: 2000 },
    );
  });
});

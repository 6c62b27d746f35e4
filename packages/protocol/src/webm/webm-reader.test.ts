import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, PPS, SPS_642X362 } from "../fmp4/fmp4.fixture.ts";
import { WebmReader } from "./webm-reader.ts";

const join = (...parts: (Uint8Array | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const idBytes = (id: number) => {
  const all = [id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255];
  return all.slice(all.findIndex((byte) => byte !== 0));
};
const element = (id: number, ...payload: (Uint8Array | readonly number[])[]) => {
  const body = join(...payload);
  return join(
    idBytes(id),
    [0x10 | (body.length >> 24), (body.length >> 16) & 255],
    [(body.length >> 8) & 255, body.length & 255],
    body,
  );
};
const open = (id: number) => join(idBytes(id), UNKNOWN);

const HEADER = element(0x1a45dfa3, element(0x4282, Buffer.from("webm")));
const SEGMENT = open(0x18538067);
const OPUS_HEAD = join(Buffer.from("OpusHead"), [1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]);
const OPUS = element(
  0xae,
  element(0xd7, [1]),
  element(0x86, Buffer.from("A_OPUS")),
  element(0x63a2, OPUS_HEAD),
);
const VP8 = element(0xae, element(0xd7, [2]), element(0x86, Buffer.from("V_VP8")));
const tracks = (...entries: Uint8Array[]) => element(0x1654ae6b, ...entries);
const cluster = (timestamp: number) =>
  join(open(0x1f43b675), element(0xe7, [timestamp >> 8, timestamp & 255]));
const block = (
  track: number,
  relative: number,
  flags: number,
  ...payload: (Uint8Array | readonly number[])[]
) => element(0xa3, [0x80 | track, (relative >> 8) & 255, relative & 255, flags], ...payload);

/** CELT of 20 ms. */
const packet = (...rest: number[]) => [31 << 3, ...rest];
/** 16x16. */
const VP8_KEY = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0, 1, 2];

describe("WebmReader", () => {
  it("reads clusters of unknown size, and sound without the rounding of its times", () => {
    const reader = new WebmReader();
    const stream = join(
      HEADER,
      SEGMENT,
      element(0xec, new Uint8Array(300)),
      tracks(OPUS, VP8),
      cluster(1000),
      block(2, 0, 0x80, VP8_KEY),
      block(1, 0, 0x80, packet(1)),
      block(1, 21, 0x80, packet(2)),
      cluster(1040),
      block(1, -1, 0x80, packet(3)),
      block(1, 30, 0x80, packet(4)),
    );
    const units = [...stream].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(units.map(({ ptsMicros }) => ptsMicros)).toEqual([1e6, 1e6, 1_020_000, 1_040_000, 1_070_000]);
    expect(units[0]).toMatchObject({ keyframe: true, format: { codec: "vp8", width: 16, height: 16 } });
    expect(units[1]).toMatchObject({ samples: 960, format: { codec: "opus", channels: 2 } });
    expect(units[4]!.format).toBe(units[1]!.format);
  });

  it.each([
    ["Xiph", 0x02, [2, 3, 2], [packet(1, 1), packet(2), packet(3, 3, 3)]],
    ["EBML", 0x06, [2, 0x83, 0xbe], [packet(1, 1), packet(2), packet(3, 3, 3)]],
    ["fixed-size", 0x04, [2], [packet(1), packet(2), packet(3)]],
  ] as const)("takes %s laces apart", (_, flags, head, frames) => {
    const reader = new WebmReader();
    reader.push(join(HEADER, SEGMENT, tracks(OPUS), cluster(0)));
    const units = reader.push(block(1, 0, flags, head, ...frames));
    expect(units.map(({ data }) => [...data])).toEqual(frames.map((frame) => [...frame]));
    expect(units.map(({ ptsMicros }) => ptsMicros)).toEqual([0, 20_000, 40_000]);
  });

  it("tells of the sound there will be, before any has come", () => {
    const reader = new WebmReader();
    reader.push(join(HEADER, SEGMENT, tracks(VP8)));
    expect(reader.sound).toBeUndefined();
    reader.push(join(HEADER, SEGMENT, tracks(VP8, OPUS)));
    expect(reader.sound).toMatchObject({ codec: "opus", channels: 2 });
  });

  it("reads block groups, and H.264 with and without a configuration", () => {
    const name = element(0x86, Buffer.from("V_MPEG4/ISO/AVC"));
    const idr = bytes("6588842233");
    const avcC = bytes(
      `0142c01effe10018${Buffer.from(SPS_642X362).toString("hex")}010004${Buffer.from(PPS).toString("hex")}`,
    );
    const group = (payload: Uint8Array) =>
      element(0xa0, element(0xa1, [0x81, 0, 5, 0], payload), element(0x9b, [20]));
    const read = (track: Uint8Array, payload: Uint8Array) =>
      new WebmReader().push(join(HEADER, SEGMENT, tracks(track), cluster(0), group(payload)));
    const sized = join([0, 0, 0, idr.length], idr);
    const units = [
      ...read(element(0xae, element(0xd7, [1]), name, element(0x63a2, avcC)), sized),
      ...read(
        element(0xae, element(0xd7, [1]), name),
        join([0, 0, 0, 1], SPS_642X362, [0, 0, 1], PPS, [0, 0, 1], idr),
      ),
    ];
    expect(units).toHaveLength(2);
    for (const unit of units) {
      expect(unit).toMatchObject({ ptsMicros: 5000, keyframe: true, format: { width: 642, height: 362 } });
      expect(unit.data).toEqual(sized);
    }
  });

  it("goes on with a recorder that began anew", () => {
    const reader = new WebmReader();
    const start = join(HEADER, SEGMENT, tracks(OPUS), cluster(500), block(1, 0, 0, packet(1)));
    expect(reader.push(join(start, start)).map(({ ptsMicros }) => ptsMicros)).toEqual([5e5, 5e5]);
  });

  it("names tracks it cannot take, and says what made a stream unreadable", () => {
    const reader = new WebmReader();
    const pcm = element(0xae, element(0xd7, [1]), element(0x86, Buffer.from("A_PCM/INT/LIT")));
    reader.push(join(HEADER, SEGMENT, tracks(pcm)));
    expect(reader.unsupported).toEqual(["A_PCM/INT/LIT"]);
    expect(reader.push(join(idBytes(0xa3), [0x11, 0, 0, 0], new Uint8Array(10)))).toEqual([]);
    expect(reader.fault).toContain("16777216 bytes");
    expect(reader.push(block(1, 0, 0, packet(1)))).toEqual([]);
    const lost = new WebmReader();
    lost.push(Uint8Array.of(0x00, 0x01));
    expect(lost.fault).toBe("no element where one must begin");
  });

  it("survives any bytes", () => {
    const head = join(HEADER, SEGMENT, tracks(OPUS, VP8), cluster(0));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (rest, isBlock) => {
        const reader = new WebmReader();
        reader.push(head);
        reader.push(isBlock ? element(0xa3, rest) : rest);
        reader.push(tracks(element(0xae, rest)));
        new WebmReader().push(rest);
      }),
    );
  });
});

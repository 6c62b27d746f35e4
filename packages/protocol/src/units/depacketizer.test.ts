import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CodecName } from "../codec/types.ts";
import { AV1_SEQUENCE, bytes, PPS, SPS_642X362, SPS_1920X1080 } from "../fmp4/fmp4.fixture.ts";
import { vp8Payload, vp9Payload } from "../testing/payloads.ts";
import { createDepacketizer } from "./create-depacketizer.ts";
import type { Depacketizer, RtpFrame } from "./types.ts";

const hex = (value: Uint8Array | undefined) => value && Buffer.from(value).toString("hex");
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const withLength = (nal: Uint8Array) => join([0, 0, 0, nal.length], nal);

/** Sends the packets of one frame, the marker on the last; what comes out with it. */
function frame(
  depacketizer: Depacketizer,
  timestamp: number,
  ...payloads: Uint8Array[]
): RtpFrame | undefined {
  const frames = payloads.map((payload, index) =>
    depacketizer.take(payload, timestamp, index === payloads.length - 1),
  );
  expect(frames.slice(0, -1).every((one) => one === undefined)).toBe(true);
  return frames.at(-1);
}

const IDR = bytes("6588842233445566");
const SLICE = bytes("419a2233");
const stapA = (...nals: Uint8Array[]) =>
  join([0x78], ...nals.flatMap((nal) => [[nal.length >> 8, nal.length & 0xff], nal]));
/** Fragments of at most three bytes. */
function fuA(nal: Uint8Array): Uint8Array[] {
  const fragments: Uint8Array[] = [];
  for (let at = 1; at < nal.length; at += 3) {
    const flags = (at === 1 ? 0x80 : 0) | (at + 3 >= nal.length ? 0x40 : 0);
    fragments.push(join([(nal[0]! & 0xe0) | 28, flags | (nal[0]! & 31)], nal.subarray(at, at + 3)));
  }
  return fragments;
}

describe("H.264 from RTP", () => {
  it("begins with the keyframe; parameter sets go to the format", () => {
    const depacketizer = createDepacketizer("h264");
    expect(frame(depacketizer, 1, SLICE)).toBeUndefined();
    const first = frame(depacketizer, 2, stapA(SPS_642X362, PPS), ...fuA(IDR))!;
    expect(first.format).toMatchObject({ codecs: "avc1.42c01e", width: 642, height: 362 });
    expect(first).toMatchObject({ timestamp: 2, keyframe: true });
    expect(hex(first.data)).toBe(hex(withLength(IDR)));
    const second = frame(depacketizer, 3, SLICE)!;
    expect(second).toMatchObject({ keyframe: false, format: undefined });
    expect(hex(second.data)).toBe(hex(withLength(SLICE)));
  });

  it("tells a format once, and again when it changes", () => {
    const depacketizer = createDepacketizer("h264");
    const keyframe = (timestamp: number, sps: Uint8Array) => frame(depacketizer, timestamp, sps, PPS, IDR)!;
    expect(keyframe(1, SPS_642X362).format?.width).toBe(642);
    expect(keyframe(2, SPS_642X362).format).toBeUndefined();
    expect(frame(depacketizer, 3, IDR)).toMatchObject({ keyframe: true, format: undefined });
    expect(keyframe(4, SPS_1920X1080).format?.width).toBe(1920);
  });

  it("takes parameter sets that came in a packet group of their own", () => {
    const depacketizer = createDepacketizer("h264");
    expect(frame(depacketizer, 1, SPS_642X362, PPS)).toBeUndefined();
    expect(frame(depacketizer, 1, IDR)?.format?.width).toBe(642);
  });

  it("leaves sets that change between keyframes in the data until the next keyframe", () => {
    const depacketizer = createDepacketizer("h264");
    frame(depacketizer, 1, SPS_642X362, PPS, IDR);
    const other = bytes("68ee3c80");
    const changed = frame(depacketizer, 2, PPS, other, SLICE)!;
    expect(hex(changed.data)).toBe(hex(join(withLength(other), withLength(SLICE))));
    expect(changed.format).toBeUndefined();
    const next = frame(depacketizer, 3, IDR)!;
    expect(hex(next.data)).toBe(hex(withLength(IDR)));
    expect(hex(next.format?.configuration)).toContain(hex(other));
  });

  it("leaves out delimiters and filler, and keeps messages and every slice", () => {
    const depacketizer = createDepacketizer("h264");
    const message = bytes("0605ff80");
    const slice = bytes("651122");
    const whole = frame(
      depacketizer,
      1,
      bytes("0910"),
      SPS_642X362,
      PPS,
      message,
      IDR,
      slice,
      bytes("0cff80"),
    )!;
    expect(hex(whole.data)).toBe(hex(join(withLength(message), withLength(IDR), withLength(slice))));
  });

  it("gives up what a loss hit, and goes on with the next picture", () => {
    const depacketizer = createDepacketizer("h264");
    frame(depacketizer, 1, SPS_642X362, PPS, IDR);
    const [first, ...rest] = fuA(IDR);
    depacketizer.take(first!, 2, false);
    depacketizer.lost();
    expect(depacketizer.take(rest.at(-1)!, 2, true)).toBeUndefined();
    expect(frame(depacketizer, 3, SLICE)).toBeDefined();
    // The first slice is gone: the second cannot stand for the picture.
    depacketizer.lost();
    expect(frame(depacketizer, 4, bytes("41402233"))).toBeUndefined();
    expect(frame(depacketizer, 5, SLICE)).toBeDefined();
  });

  it("gives up a picture whose marker never came", () => {
    const depacketizer = createDepacketizer("h264");
    frame(depacketizer, 1, SPS_642X362, PPS, IDR);
    expect(depacketizer.take(SLICE, 2, false)).toBeUndefined();
    expect(hex(frame(depacketizer, 3, SLICE)?.data)).toBe(hex(withLength(SLICE)));
  });
});

describe("VP8 from RTP", () => {
  const ids = { temporalLayer: 0, isSync: false, pictureId: 300, isLong: true, hasLayers: true, tl0: 3 };
  const KEYFRAME = bytes("9034009d012a82026a0102070885");
  const packet = (first: boolean, keyframe: boolean, data: Uint8Array) =>
    vp8Payload({ ...ids, first, keyframe, data });

  it("puts partitions together and reads the size", () => {
    const depacketizer = createDepacketizer("vp8");
    expect(frame(depacketizer, 1, packet(true, false, bytes("aabbcc")))).toBeUndefined();
    const start = join([0x90, 0x80, 0x05], KEYFRAME);
    const whole = frame(depacketizer, 2, start, packet(false, true, bytes("0a0b")))!;
    expect(whole.format).toMatchObject({ codec: "vp8", codecs: "vp08.00.21.08", width: 642, height: 362 });
    expect(hex(whole.data)).toBe(`${hex(KEYFRAME)}0a0b`);
    const next = frame(depacketizer, 3, packet(true, false, bytes("aabbcc")))!;
    expect(next).toMatchObject({ keyframe: false, format: undefined });
    expect(hex(next.data)).toBe("01aabbcc");
  });

  it("gives up a frame without its beginning", () => {
    const depacketizer = createDepacketizer("vp8");
    frame(depacketizer, 1, join([0x10], KEYFRAME));
    depacketizer.lost();
    expect(frame(depacketizer, 2, packet(false, false, bytes("0a0b")))).toBeUndefined();
    expect(frame(depacketizer, 3, packet(true, false, bytes("aabbcc")))).toBeDefined();
  });
});

describe("VP9 from RTP", () => {
  const KEYFRAME = bytes("8249834200281016960038241c184a");
  const ids = { isSync: false, pictureId: 3, isLong: false, hasLayers: false, tl0: 0, temporalLayer: 0 };

  it("joins a frame and reads its header", () => {
    const depacketizer = createDepacketizer("vp9");
    const whole = frame(depacketizer, 1, join([0x08], KEYFRAME), bytes("040a0b"))!;
    expect(whole.format).toMatchObject({ codecs: "vp09.00.21.08", width: 642, height: 362 });
    expect(hex(whole.data)).toBe(`${hex(KEYFRAME)}0a0b`);
    const start = vp9Payload({ ...ids, first: true, keyframe: false, data: bytes("86000140") });
    const end = vp9Payload({ ...ids, first: false, keyframe: false, data: bytes("77") });
    end[0]! |= 0x04;
    expect(hex(frame(depacketizer, 2, start, end)?.data)).toBe("8600014077");
  });

  it("makes one superframe of spatial layers, and takes the size of the largest", () => {
    const depacketizer = createDepacketizer("vp9");
    // Flexible mode with layer indices; the structure of two layers on the first.
    const base = join([0x3e, 0x00], bytes("30"), bytes("014000b4"), bytes("02800168"), KEYFRAME);
    const upper = join([0x3c, 0x03], bytes("a1b2"));
    const whole = frame(depacketizer, 1, base, upper)!;
    expect(whole.format).toMatchObject({ width: 640, height: 360 });
    expect(hex(whole.data)).toBe(`${hex(KEYFRAME)}a1b2d90f00000002000000d9`);
  });

  it("gives up a picture with a layer that never ended", () => {
    const depacketizer = createDepacketizer("vp9");
    frame(depacketizer, 1, join([0x0c], KEYFRAME));
    expect(frame(depacketizer, 2, join([0x48], bytes("860001")))).toBeUndefined();
    expect(frame(depacketizer, 3, join([0x4c], bytes("860001")))).toBeDefined();
  });
});

describe("AV1 from RTP", () => {
  const sequence = join([0x08], AV1_SEQUENCE.subarray(2));
  /** A frame OBU without size; the payload's first bits: not an existing frame, a keyframe, shown. */
  const keyframe = bytes("3010aabbccdd");
  const delta = bytes("3030aabb");

  it("gives OBUs their sizes, joins fragments and drops delimiters", () => {
    const depacketizer = createDepacketizer("av1");
    expect(frame(depacketizer, 1, join([0x10], delta))).toBeUndefined();
    // No count, so that every element has its length; the last one goes on in the next packet.
    const delimiter = [2, 0x12, 0x00];
    const start = join([0x48], delimiter, [sequence.length], sequence, [3], keyframe.subarray(0, 3));
    const whole = frame(depacketizer, 2, start, join([0x90], keyframe.subarray(3)))!;
    expect(whole.format).toMatchObject({ codecs: "av01.0.01M.08", width: 642, height: 362 });
    expect(hex(whole.data)).toBe(`${hex(AV1_SEQUENCE)}3205${hex(keyframe.subarray(1))}`);
    expect(hex(frame(depacketizer, 3, join([0x10], delta))?.data)).toBe("320330aabb");
  });

  it("is a keyframe only with a sequence header and a key frame that is shown", () => {
    const depacketizer = createDepacketizer("av1");
    const two = (obu: Uint8Array) => join([0x28], [sequence.length], sequence, obu);
    expect(frame(depacketizer, 1, two(delta))).toBeUndefined();
    expect(frame(depacketizer, 2, two(keyframe))?.keyframe).toBe(true);
    expect(frame(depacketizer, 3, join([0x10], keyframe))?.keyframe).toBe(false);
  });

  it("after a loss does not take a tile group or an upper layer for a beginning", () => {
    const depacketizer = createDepacketizer("av1");
    frame(depacketizer, 1, join([0x28], [sequence.length], sequence, keyframe));
    depacketizer.lost();
    expect(frame(depacketizer, 2, join([0x10], bytes("2010aa")))).toBeUndefined();
    expect(frame(depacketizer, 3, join([0x10], bytes("340830aa")))).toBeUndefined();
    expect(frame(depacketizer, 4, join([0x90], bytes("3010aa")))).toBeUndefined();
    expect(frame(depacketizer, 5, join([0x10], delta))).toBeDefined();
  });
});

describe("Opus from RTP", () => {
  it("is a packet a payload; malformed ones are none", () => {
    const depacketizer = createDepacketizer("opus");
    const payload = bytes("fc0102");
    const packet = depacketizer.take(payload, 9, false)!;
    expect(packet).toEqual({ timestamp: 9, keyframe: true, data: payload, format: undefined });
    payload[1] = 7;
    expect(hex(packet.data)).toBe("fc0102");
    expect(depacketizer.take(bytes("fd01"), 10, false)).toBeUndefined();
    expect(depacketizer.take(new Uint8Array(0), 10, false)).toBeUndefined();
  });
});

describe("every depacketizer", () => {
  const codecs: CodecName[] = ["h264", "vp8", "vp9", "av1", "opus"];

  it("survives any bytes in any order", () => {
    const packet = fc.record({
      payload: fc.uint8Array({ maxLength: 48 }),
      timestamp: fc.integer({ min: 0, max: 3 }),
      marker: fc.boolean(),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...codecs), fc.array(packet, { maxLength: 30 }), (codec, packets) => {
        const depacketizer = createDepacketizer(codec);
        for (const { payload, timestamp, marker, lost } of packets) {
          if (lost) depacketizer.lost();
          const found = depacketizer.take(payload, timestamp, marker);
          if (found !== undefined) expect(found.data.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("survives damage to a stream, and never gives more than came", () => {
    const random = new SeededRandom(11);
    const streams: [CodecName, Uint8Array[]][] = [
      ["h264", [stapA(SPS_642X362, PPS), ...fuA(IDR)]],
      ["vp9", [join([0x08], bytes("8249834200281016960038241c184a")), bytes("040a0b")]],
      ["av1", [join([0x28, 12, 0x08], AV1_SEQUENCE.subarray(2), bytes("3010aabb"))]],
      ["vp8", [join([0x10], bytes("9034009d012a82026a0102070885")), bytes("000a0b")]],
    ];
    for (const [codec, payloads] of streams) {
      const depacketizer = createDepacketizer(codec);
      const total = payloads.reduce((sum, payload) => sum + payload.length, 0);
      for (let round = 0; round < 2000; round += 1) {
        for (const [index, payload] of payloads.entries()) {
          const damaged = payload.slice();
          damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
          const found = depacketizer.take(damaged, round, index === payloads.length - 1);
          if (found !== undefined) expect(found.data.length).toBeLessThanOrEqual(2 * total);
        }
      }
    }
  });

  it("gives up frames beyond 8 MB instead of growing", () => {
    const depacketizer = createDepacketizer("vp8");
    frame(depacketizer, 1, join([0x10], bytes("9034009d012a82026a0102070885")));
    depacketizer.take(join([0x10], bytes("91aabbcc")), 2, false);
    const more = new Uint8Array(1 << 20);
    for (let count = 0; count < 9; count += 1) expect(depacketizer.take(more, 2, false)).toBeUndefined();
    expect(depacketizer.take(more, 2, true)).toBeUndefined();
    expect(frame(depacketizer, 3, join([0x10], bytes("91aabbcc")))).toBeDefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKeyframeStart } from "../../codec/keyframe-start.ts";
import type { CodecName } from "../../codec/types.ts";
import { AV1_SEQUENCE, bytes, FORMATS, PPS, SPS_642X362 } from "../../fmp4/fmp4.fixture.ts";
import { parseRtp, rtpPayload } from "../../rtp/parse-rtp.ts";
import { createDepacketizer } from "../create-depacketizer.ts";
import type { RtpFrame } from "../types.ts";
import { MOST_PAYLOAD_BYTES } from "./packet-run.ts";
import { Packetizer } from "./packetizer.ts";

const CODECS: CodecName[] = ["h264", "vp8", "vp9", "av1", "opus"];
function join(...parts: (Uint8Array | number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
const hex = (value: Uint8Array | undefined) => value && Buffer.from(value).toString("hex");
const filled = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31 + 7) & 0xff);

function withLengths(...nals: Uint8Array[]): Uint8Array {
  return join(...nals.flatMap((nal) => [bytes(nal.length.toString(16).padStart(8, "0")), nal]));
}

function leb128(value: number): number[] {
  return value < 128 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >> 7)];
}

/** An AV1 OBU with its size. */
const obu = (type: number, payload: Uint8Array) => join([(type << 3) | 2], leb128(payload.length), payload);

/** A unit of a codec with so many bytes of content in each of its pieces. */
function unitData(codec: CodecName, keyframe: boolean, pieces: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0), ...rest] = pieces;
  switch (codec) {
    case "h264": {
      // A slice that begins at the first macroblock; the others continue it.
      const header = keyframe ? 0x65 : 0x41;
      return withLengths(join([header, 0x88], first), ...rest.map((piece) => join([header, 0x22], piece)));
    }
    case "vp8":
      return keyframe
        ? join(bytes("9034009d012a82026a0102070885"), ...pieces)
        : join(bytes("91aabb"), ...pieces);
    case "vp9":
      return keyframe
        ? join(bytes("8249834200281016960038241c184a"), ...pieces)
        : join(bytes("860001"), ...pieces);
    case "av1": {
      const frame = obu(6, join([keyframe ? 0x10 : 0x30], first));
      const tiles = rest.map((piece) => obu(4, piece));
      return join(keyframe ? AV1_SEQUENCE : [], frame, ...tiles);
    }
    default:
      return join([0xfc], ...pieces);
  }
}

function depacketize(codec: CodecName, frames: readonly Uint8Array[][]): (RtpFrame | undefined)[] {
  const depacketizer = createDepacketizer(codec);
  return frames.map((packets) => {
    let found: RtpFrame | undefined;
    for (const packet of packets) {
      expect(found).toBeUndefined();
      const header = parseRtp(packet)!;
      found = depacketizer.take(rtpPayload(packet, header), header.timestamp, header.marker);
    }
    return found;
  });
}

const open = (codec: CodecName, sequenceNumber = 65_530) =>
  new Packetizer({ codec, ssrc: 0xfedcba98, payloadType: 96, sequenceNumber });

describe("packetizer", () => {
  it("is undone by the depacketizer, whatever the sizes, in packets that fit", () => {
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1100, max: 1200 }).map(filled),
      fc.integer({ min: 2000, max: 9000 }).map(filled),
    );
    const unit = fc.record({
      keyframe: fc.boolean(),
      pieces: fc.array(piece, { minLength: 1, maxLength: 6 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...CODECS.filter((codec) => codec !== "opus")),
        fc.array(unit, { minLength: 1, maxLength: 8 }),
        (codec, units) => {
          const format = FORMATS[codec];
          const packetizer = open(codec);
          const sent = [{ keyframe: true, pieces: [filled(9)] }, ...units].map(({ keyframe, pieces }) => ({
            ...{ format, keyframe, data: unitData(codec, keyframe, pieces) },
          }));
          const frames = sent.map((each, index) => packetizer.packetize(each, index * 3000));
          for (const packet of frames.flat())
            expect(packet.length - 12).toBeLessThanOrEqual(MOST_PAYLOAD_BYTES);
          for (const [index, frame] of depacketize(codec, frames).entries()) {
            expect(hex(frame?.data)).toBe(hex(sent[index]!.data));
            expect(frame).toMatchObject({ keyframe: sent[index]!.keyframe, timestamp: index * 3000 });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("numbers packets on over units, across the wrap, and marks the last of each picture", () => {
    for (const codec of CODECS) {
      const packetizer = open(codec);
      const units = [true, false].map((keyframe) =>
        packetizer.packetize(
          {
            format: FORMATS[codec],
            keyframe,
            data: unitData(codec, keyframe, [filled(codec === "opus" ? 90 : 5000)]),
          },
          2 ** 32 + 5,
        ),
      );
      const headers = units.flat().map((packet) => parseRtp(packet)!);
      expect(headers.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
        headers.map((_, index) => (65_530 + index) & 0xffff),
      );
      expect(headers.every(({ timestamp, ssrc }) => timestamp === 5 && ssrc === 0xfedcba98)).toBe(true);
      const marks = units.map((packets) => packets.map((packet) => parseRtp(packet)!.marker));
      for (const frame of marks)
        expect(frame).toEqual(frame.map((_, index) => codec !== "opus" && index === frame.length - 1));
    }
  });

  it("begins every keyframe with a packet that viewers may start on, and no other picture", () => {
    for (const codec of ["h264", "vp8", "vp9", "av1"] as const) {
      const packetizer = open(codec);
      for (const keyframe of [true, false, true]) {
        const data = unitData(codec, keyframe, [filled(3000)]);
        const packets = packetizer.packetize({ format: FORMATS[codec], keyframe, data }, 0);
        const starts = packets.map((packet) => isKeyframeStart(codec, packet.subarray(12)));
        expect(starts).toEqual(starts.map((_, index) => keyframe && index === 0));
      }
    }
  });

  it("sends parameter sets of the format before each keyframe of H.264, once, and no delimiters", () => {
    const data = withLengths(bytes("0910"), SPS_642X362, PPS, bytes("6588842233445566"), bytes("0cff80"));
    const [sets, picture, ...rest] = open("h264").packetize(
      { format: FORMATS.h264, keyframe: true, data },
      0,
    );
    expect(rest).toEqual([]);
    const both = join([0x78, 0, SPS_642X362.length], SPS_642X362, [0, PPS.length], PPS);
    expect(hex(sets?.subarray(12))).toBe(hex(both));
    expect(hex(picture?.subarray(12))).toBe("6588842233445566");
  });

  it("leaves parameter sets that change between keyframes where they are", () => {
    const data = withLengths(bytes("68ee3c80"), bytes("419a2233"));
    const packets = open("h264").packetize({ format: FORMATS.h264, keyframe: false, data }, 0);
    expect(packets.map((packet) => hex(packet.subarray(12)))).toEqual(["78000468ee3c800004419a2233"]);
  });

  it("takes AV1's sequence header from the format where the keyframe has none, and drops delimiters", () => {
    const frame = obu(6, bytes("10aabb"));
    const data = join(obu(2, new Uint8Array(0)), frame);
    const packets = open("av1").packetize({ format: FORMATS.av1, keyframe: true, data }, 0);
    const [found] = depacketize("av1", [packets]);
    expect(hex(found?.data)).toBe(hex(join(AV1_SEQUENCE, frame)));
    expect(found?.format).toMatchObject({ width: 642, height: 362 });
  });

  it("cuts large NAL units into fragments of one size", () => {
    const data = withLengths(join([0x65, 0x88], filled(5000)));
    const packets = open("h264").packetize({ format: FORMATS.h264, keyframe: true, data }, 0).slice(1);
    const lengths = packets.map(({ length }) => length);
    expect(lengths.length).toBe(5);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(lengths.length);
  });

  it("carries Opus packets as they are, and none that no datagram takes", () => {
    const packetizer = open("opus");
    const unit = { format: FORMATS.opus, keyframe: true };
    const [packet] = packetizer.packetize({ ...unit, data: bytes("fc0102") }, 960);
    expect(hex(packet?.subarray(12))).toBe("fc0102");
    expect(packetizer.packetize({ ...unit, data: filled(MOST_PAYLOAD_BYTES + 1) }, 1920)).toEqual([]);
  });

  it("survives any bytes, and then goes on", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CODECS),
        fc.array(fc.record({ keyframe: fc.boolean(), data: fc.uint8Array({ maxLength: 80 }) }), {
          maxLength: 12,
        }),
        (codec, units) => {
          const packetizer = open(codec);
          const format = FORMATS[codec];
          for (const unit of units) {
            const packets = packetizer.packetize({ format, ...unit }, 0);
            for (const packet of packets) expect(packet.length).toBeGreaterThan(12);
          }
          const keyframe = codec !== "opus";
          const data = unitData(codec, keyframe, [filled(20)]);
          const [last] = depacketize(codec, [packetizer.packetize({ format, keyframe, data }, 9)]);
          expect(hex(last?.data)).toBe(hex(data));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

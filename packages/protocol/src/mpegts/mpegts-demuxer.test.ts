import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, PPS, SPS_642X362, SPS_1920X1080 } from "../fmp4/fmp4.fixture.ts";
import { MpegTsDemuxer } from "./mpegts-demuxer.ts";
import { join, TsWriter, type WrittenPes } from "./ts-writer.fixture.ts";

const VIDEO = 0x100;
const SOUND = 0x101;
const H264 = { type: 0x1b, pid: VIDEO };
const ADTS = { type: 0x0f, pid: SOUND };
const WRAP = 2 ** 33;

const START = [0, 0, 0, 1];
const IDR = bytes("6588842233445566");
const SLICE = bytes("419a2233");
const keyframe = (sps = SPS_642X362) => join(START, [9, 0xf0], START, sps, START, PPS, START, IDR);
const picture = () => join(START, [9, 0xf0], START, SLICE);
/** AAC-LC, 48 kHz, stereo, without checksum. */
const adts = (...data: number[]) => {
  const size = 7 + data.length;
  return join([0xff, 0xf1, 0x4c, 0x80 | (size >> 11), (size >> 3) & 255, ((size & 7) << 5) | 31, 0xfc], data);
};

/** A writer and a demuxer that already knows what comes. */
function open(streams: Parameters<TsWriter["tables"]>[0] = [H264, ADTS]) {
  const writer = new TsWriter();
  const demuxer = new MpegTsDemuxer();
  demuxer.push(writer.tables(streams));
  return { writer, demuxer, send: (pes: WrittenPes) => demuxer.push(writer.pes(pes)) };
}

describe("MpegTsDemuxer", () => {
  it("begins with the keyframe, leaves delimiters out and keeps parameter sets in the format", () => {
    const { send } = open();
    expect(send({ pid: VIDEO, pts: 0, payload: picture() })).toEqual([]);
    const [unit] = send({ pid: VIDEO, pts: 9000, dts: 3000, payload: keyframe() });
    expect(unit).toMatchObject({ keyframe: true, compositionMicros: 66_667, samples: 0 });
    expect(unit!.format).toMatchObject({ codec: "h264", width: 642, height: 362 });
    expect(unit!.data).toEqual(join([0, 0, 0, IDR.length], IDR));
    const [next] = send({ pid: VIDEO, pts: 12_000, payload: picture() });
    expect(next!.format).toBe(unit!.format);
    const [other] = send({ pid: VIDEO, pts: 15_000, payload: keyframe(SPS_1920X1080) });
    expect(other!.format).toMatchObject({ width: 1920, height: 1080 });
  });

  it("takes a recovery point with its parameter sets for a keyframe: open groups have no other", () => {
    const { send } = open();
    const message = [6, 6, 1, 0xc4, 0x80];
    const payload = join(START, SPS_642X362, START, PPS, START, message, START, SLICE);
    expect(send({ pid: VIDEO, pts: 0, payload })).toMatchObject([{ keyframe: true }]);
    const later = join(START, SPS_642X362, START, [6, 6, 1, 0x24, 0x80], START, SLICE);
    expect(send({ pid: VIDEO, pts: 3000, payload: later })).toMatchObject([{ keyframe: false }]);
  });

  it("counts on where 33 bits wrap, sound and picture alike, and goes back when told so", () => {
    const { send } = open();
    const at = (ticks: number) => ((ticks % WRAP) + WRAP) % WRAP;
    const times: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const pts = at(WRAP - 9000 + index * 3000);
      for (const unit of send({ pid: VIDEO, pts: at(pts + 3000), dts: pts, payload: keyframe() }))
        times.push(unit.ptsMicros - unit.compositionMicros);
      for (const unit of send({ pid: SOUND, pts, payload: adts(1, 2), isBounded: true }))
        times.push(unit.ptsMicros);
    }
    const first = times[0]!;
    expect(times.map((time) => Math.round((time - first) / 1000))).toEqual(
      Array.from({ length: 20 }, (_, index) => Math.round(Math.floor(index / 2) * (1000 / 30))),
    );
    const [back] = send({ pid: SOUND, pts: at(WRAP - 90_000), payload: adts(1), isBounded: true });
    expect(back!.ptsMicros).toBeLessThan(first);
  });

  it("gives up what a missing packet was in, and takes a repeated packet once", () => {
    const { writer, demuxer } = open();
    const long = join(keyframe(), new Uint8Array(1000).fill(7));
    const whole = writer.pes({ pid: VIDEO, pts: 0, payload: long });
    const twice = join(whole.subarray(0, 376), whole.subarray(188, 376), whole.subarray(376));
    expect(demuxer.push(twice)).toHaveLength(1);
    expect(demuxer.faults.gaps).toBe(0);
    const holed = writer.pes({ pid: VIDEO, pts: 3000, payload: long });
    expect(demuxer.push(join(holed.subarray(0, 376), holed.subarray(564)))).toEqual([]);
    expect(demuxer.faults.gaps).toBe(1);
    expect(demuxer.push(writer.pes({ pid: VIDEO, pts: 6000, payload: picture() }))).toHaveLength(1);
  });

  it("is told of gaps that its counts do not show", () => {
    const { writer, demuxer } = open();
    const long = join(keyframe(), new Uint8Array(184 * 30).fill(7));
    const holed = (pts: number) => {
      const whole = writer.pes({ pid: VIDEO, pts, payload: long });
      return [whole.subarray(0, 376), whole.subarray(376 + 16 * 188)] as const;
    };
    const [before, after] = holed(0);
    demuxer.push(before);
    demuxer.lost();
    expect(demuxer.push(after)).toEqual([]);
    expect(demuxer.faults.gaps).toBe(1);
    expect(demuxer.push(writer.pes({ pid: VIDEO, pts: 6000, payload: keyframe() }))).toHaveLength(1);
  });

  it("finds packets again behind bytes that are none", () => {
    const { writer, demuxer } = open();
    demuxer.push(writer.pes({ pid: VIDEO, pts: 0, payload: keyframe() }));
    const next = writer.pes({ pid: VIDEO, pts: 3000, payload: picture() });
    const last = writer.pes({ pid: VIDEO, pts: 6000, payload: picture() });
    expect(demuxer.push(join([1, 0x47, 2, 3], next, last))).toHaveLength(2);
    expect(demuxer.faults.skippedBytes).toBe(4);
  });

  it("gives frames of sound that lie across two PES packets the time they began", () => {
    const { send, demuxer } = open();
    expect(demuxer.sound).toBeUndefined();
    const frame = adts(...new Array<number>(50).fill(5));
    const units = [
      ...send({ pid: SOUND, pts: 0, payload: join(frame, frame.subarray(0, 20)), isBounded: true }),
      ...send({ pid: SOUND, pts: 3840, payload: join(frame.subarray(20), frame), isBounded: true }),
    ];
    expect(units.map(({ ptsMicros }) => ptsMicros)).toEqual([0, 21_333, 42_667]);
    expect(demuxer.sound).toBe(units[0]!.format);
    expect(units.every(({ format, samples }) => format === units[0]!.format && samples === 1024)).toBe(true);
  });

  it("carries a picture on in PES packets without time", () => {
    const { send } = open();
    const large = join(keyframe(), new Uint8Array(65_400).fill(7));
    expect(send({ pid: VIDEO, pts: 0, payload: large, isBounded: true })).toEqual([]);
    expect(send({ pid: VIDEO, payload: new Uint8Array(500).fill(9), isBounded: true })).toEqual([]);
    const [unit, next] = send({ pid: VIDEO, pts: 3000, payload: picture(), isBounded: true });
    expect(unit!.data.length).toBe(4 + IDR.length + 65_400 + 500);
    expect(next).toMatchObject({ keyframe: false, ptsMicros: 33_333 });
  });

  it("learns of a stream that fills up within pictures, and waits for the next one then", () => {
    const { writer, demuxer } = open();
    demuxer.push(writer.pes({ pid: VIDEO, pts: 0, payload: keyframe() }));
    const parts = (pts: number) => {
      const packets = writer.pes({ pid: VIDEO, pts, payload: join(picture(), new Uint8Array(400).fill(7)) });
      // The second packet gives its last byte up to an empty adaptation field.
      const second = packets.slice(188, 376);
      second.copyWithin(5, 4, 187);
      second[3]! |= 0x20;
      second[4] = 0;
      packets.set(second, 188);
      return packets;
    };
    expect(demuxer.push(parts(3000))[0]!.data.length).toBeLessThan(400);
    expect(demuxer.push(parts(6000))).toEqual([]);
    const [whole] = demuxer.push(writer.pes({ pid: VIDEO, pts: 9000, payload: picture() }));
    expect(whole!.data.length).toBe(4 + SLICE.length + 399);
    expect(demuxer.end()).toHaveLength(1);
  });

  it("follows tables that change: another PID, another codec, sound that goes", () => {
    const { writer, demuxer, send } = open();
    const [first] = send({ pid: VIDEO, pts: 0, payload: keyframe() });
    demuxer.push(
      writer.tables(
        [
          { type: 0x1b, pid: 0x200 },
          { type: 0x03, pid: SOUND },
        ],
        0x30,
      ),
    );
    expect(send({ pid: VIDEO, pts: 3000, payload: keyframe() })).toEqual([]);
    expect(send({ pid: SOUND, pts: 3000, payload: adts(1), isBounded: true })).toEqual([]);
    const [second] = send({ pid: 0x200, pts: 3000, payload: keyframe() });
    expect(second!.ptsMicros - first!.ptsMicros).toBe(33_333);
    expect(demuxer.unsupported).toEqual(["mp2"]);
    // The same tables again change nothing: the stream goes on without a keyframe.
    demuxer.push(
      writer.tables(
        [
          { type: 0x1b, pid: 0x200 },
          { type: 0x03, pid: SOUND },
        ],
        0x30,
      ),
    );
    expect(send({ pid: 0x200, pts: 6000, payload: picture() })).toHaveLength(1);
  });

  it("knows Opus by its descriptors", () => {
    const descriptors = [5, 4, ...Buffer.from("Opus"), 0x7f, 2, 0x80, 2];
    const { send, demuxer } = open([{ type: 6, pid: SOUND, descriptors }]);
    expect(demuxer.sound).toMatchObject({ codec: "opus", channels: 2 });
    const packet = [31 << 3, 1, 2, 3];
    const payload = join([0x7f, 0xe0, packet.length], packet, [0x7f, 0xf0, packet.length, 0, 0], packet);
    expect(send({ pid: SOUND, pts: 900, payload, isBounded: true })).toMatchObject([
      { ptsMicros: 10_000, samples: 960, format: { codec: "opus", channels: 2 } },
      { ptsMicros: 30_000, samples: 960, data: Uint8Array.from(packet) },
    ]);
  });

  it("survives any bytes, and damage anywhere", () => {
    const random = new SeededRandom(7);
    const { writer } = open();
    const tables = writer.tables([H264, ADTS]);
    const stream = join(
      tables,
      writer.pes({ pid: VIDEO, pts: 0, payload: join(keyframe(), new Uint8Array(300).fill(7)) }),
      writer.pes({ pid: SOUND, pts: 0, payload: join(adts(1, 2, 3), adts(4)), isBounded: true }),
      writer.pes({ pid: VIDEO, pts: 3000, payload: picture() }),
    );
    for (let round = 0; round < 1000; round += 1) {
      const damaged = stream.slice();
      for (let hits = random.integer(1, 8); hits > 0; hits -= 1)
        damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
      const demuxer = new MpegTsDemuxer();
      demuxer.push(tables);
      const cut = random.integer(0, damaged.length);
      const units = [...demuxer.push(damaged.subarray(0, cut)), ...demuxer.push(damaged.subarray(cut))];
      for (const { data, ptsMicros } of [...units, ...demuxer.end()]) {
        expect(data.length).toBeLessThan(stream.length);
        expect(Number.isSafeInteger(ptsMicros)).toBe(true);
      }
    }
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 183, maxLength: 187 }), { maxLength: 8 }), (pieces) => {
        const demuxer = new MpegTsDemuxer();
        for (const piece of pieces) demuxer.push(join([0x47], piece, new Uint8Array(187 - piece.length)));
        demuxer.end();
      }),
    );
  });
});

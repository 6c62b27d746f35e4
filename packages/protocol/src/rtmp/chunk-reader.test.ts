import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinBytes } from "../testing/rtmp-client.ts";
import { RtmpChunkReader } from "./chunk-reader.ts";
import { serializeChunks } from "./chunk-writer.ts";
import type { RtmpMessage } from "./message-type.ts";
import { RtmpError } from "./rtmp-error.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

function readAll(reader: RtmpChunkReader, bytes: Uint8Array): RtmpMessage[] {
  reader.push(bytes);
  const messages: RtmpMessage[] = [];
  for (let message = reader.next(); message !== undefined; message = reader.next()) messages.push(message);
  return messages;
}

/** Format 0 on chunk stream 4: type 9, message stream 1. */
const whole = (timestamp: string, length: string, payload: string) =>
  hex(`04 ${timestamp} ${length} 09 01000000 ${payload}`);

describe("chunks", () => {
  it("become the messages they were, however they are cut, also between chunk streams", () => {
    const message = fc.record({
      type: fc.integer({ min: 1, max: 22 }),
      streamId: fc.nat(0xffff_ffff),
      timestamp: fc.oneof(fc.nat(0xffff_ffff), fc.nat(1000)),
      payload: fc.uint8Array({ maxLength: 1000 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, fc.integer({ min: 2, max: 63 })), { maxLength: 12 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer(),
        (sent, chunkSize, seed) => {
          const random = new SeededRandom(seed);
          const reader = new RtmpChunkReader();
          reader.setChunkSize(chunkSize);
          const bytes = joinBytes(
            ...sent.map(([one, chunkStream]) => serializeChunks(one, chunkStream, chunkSize)),
          );
          const got: RtmpMessage[] = [];
          for (let at = 0; at < bytes.length; ) {
            const end = at + 1 + Math.floor(random.next() * 300);
            got.push(...readAll(reader, bytes.subarray(at, end)));
            at = end;
          }
          expect(got).toEqual(sent.map(([one]) => one));
        },
      ),
    );
  });

  it("of several messages may be mixed", () => {
    const [video, audio] = [8, 9].map((type) => {
      const payload = new Uint8Array(300).fill(type);
      return serializeChunks({ type, streamId: 1, timestamp: 5, payload }, type, 128);
    }) as [Uint8Array, Uint8Array];
    const cut = (bytes: Uint8Array) => [
      bytes.subarray(0, 140),
      bytes.subarray(140, 269),
      bytes.subarray(269),
    ];
    const mixed = cut(video).flatMap((part, index) => [part, cut(audio)[index]!]);
    const messages = readAll(new RtmpChunkReader(), joinBytes(...mixed));
    expect(messages.map(({ type, payload }) => [type, payload.length])).toEqual([
      [8, 300],
      [9, 300],
    ]);
  });

  it("leave out what stays as it was: deltas add up, format 3 repeats the last one", () => {
    const messages = readAll(
      new RtmpChunkReader(),
      joinBytes(
        whole("0003e8", "000001", "aa"),
        hex("44 000014 000002 08 bbbb"),
        hex("84 000021 cccc"),
        hex("c4 dddd"),
        hex("c4 eeee"),
      ),
    );
    expect(messages.map(({ type, timestamp }) => [type, timestamp])).toEqual([
      [9, 1000],
      [8, 1020],
      [8, 1053],
      [8, 1086],
      [8, 1119],
    ]);
  });

  it("of format 3 behind format 0 take its timestamp for a delta", () => {
    const messages = readAll(new RtmpChunkReader(), joinBytes(whole("00000a", "000001", "aa"), hex("c4 bb")));
    expect(messages.map(({ timestamp }) => timestamp)).toEqual([10, 20]);
  });

  it("have long ids, of two bytes and of three", () => {
    const messages = readAll(
      new RtmpChunkReader(),
      joinBytes(hex("00 10 000001 000001 09 01000000 aa"), hex("01 1001 000002 000001 09 01000000 bb")),
    );
    expect(messages.map(({ payload }) => payload[0])).toEqual([0xaa, 0xbb]);
  });

  it("with extended timestamps are read whether or not the chunks that go on repeat them", () => {
    const start = joinBytes(whole("ffffff", "000090", ""), hex("01000000"), new Uint8Array(128).fill(7));
    const rest = new Uint8Array(16).fill(7);
    for (const next of [hex("c4 01000000"), hex("c4")]) {
      const [message] = readAll(new RtmpChunkReader(), joinBytes(start, next, rest));
      expect(message).toMatchObject({ timestamp: 0x0100_0000 });
      expect(message!.payload.every((byte) => byte === 7)).toBe(true);
      expect(message!.payload).toHaveLength(144);
    }
  });

  it("wrap at 32 bits", () => {
    const start = joinBytes(whole("ffffff", "000001", ""), hex("fffffff0 aa"));
    const messages = readAll(new RtmpChunkReader(), joinBytes(start, hex("84 000020 bb")));
    expect(messages.map(({ timestamp }) => timestamp)).toEqual([0xffff_fff0, 0x10]);
  });

  it("of a message that its sender gives up are forgotten", () => {
    const reader = new RtmpChunkReader();
    expect(readAll(reader, joinBytes(whole("000001", "000100", ""), new Uint8Array(128)))).toEqual([]);
    reader.abort(4);
    expect(readAll(reader, whole("000002", "000001", "aa"))).toMatchObject([{ timestamp: 2 }]);
  });

  it("end the connection when they cannot be", () => {
    const fault = (bytes: Uint8Array) => () => readAll(new RtmpChunkReader(), bytes);
    expect(fault(hex("c4 aa"))).toThrow("begins in its midst");
    expect(
      fault(joinBytes(whole("000001", "000100", ""), new Uint8Array(128), whole("000001", "000001", "aa"))),
    ).toThrow("inside another");
    expect(fault(whole("000001", "010001", ""))).toThrow("65537 bytes");
    const streams = Array.from({ length: 65 }, (_, id) =>
      hex(`00 ${(id + 10).toString(16).padStart(2, "0")} 000001 000001 09 01000000 aa`),
    );
    expect(fault(joinBytes(...streams))).toThrow("too many chunk streams");
    expect(() => new RtmpChunkReader().setChunkSize(0)).toThrow(RtmpError);
    expect(() => new RtmpChunkReader().setChunkSize(0x8000_0000)).toThrow(RtmpError);
  });

  it("announce no memory: a length costs nothing before its bytes have come, and all begun messages are bounded", () => {
    const reader = new RtmpChunkReader();
    reader.maxMessageBytes = 8 * 1024 * 1024;
    reader.setChunkSize(1 << 20);
    const begin = (id: number) =>
      joinBytes(
        hex(`${(id + 2).toString(16).padStart(2, "0")} 000001 7fffff 09 01000000`),
        new Uint8Array(1 << 20),
      );
    expect(() => {
      for (let id = 0; id < 40; id += 1) readAll(reader, begin(id));
    }).toThrow("too many messages begun");
  });

  it("of any bytes give messages or an RtmpError, nothing else", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
        const reader = new RtmpChunkReader();
        try {
          for (const part of parts) readAll(reader, part);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(RtmpError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

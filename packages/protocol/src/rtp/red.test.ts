import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { parseRed, RED_MAX_BLOCK_BYTES, RED_MAX_TIMESTAMP_OFFSET, serializeRed } from "./red.ts";

describe("RED", () => {
  it("is written as RFC 2198 shows it", () => {
    const blocks = [
      { payloadType: 111, timestampOffset: 960, data: Uint8Array.of(1, 2) },
      { payloadType: 111, timestampOffset: 0, data: Uint8Array.of(3) },
    ];
    // F and payload type; 14 bits of offset, 10 of length; the primary header; data in the same order.
    const bytes = Uint8Array.of(0xef, 0x0f, 0x00, 0x02, 0x6f, 1, 2, 3);
    expect(serializeRed(blocks)).toEqual(bytes);
    expect(parseRed(bytes)).toEqual(blocks);
  });

  it("comes back as it was, from one block to 32", () => {
    const random = new SeededRandom(1);
    for (let count = 1; count <= 32; count += 1) {
      const blocks = Array.from({ length: count }, (_, place) => ({
        payloadType: random.integer(0, 127),
        timestampOffset: place === count - 1 ? 0 : random.integer(0, RED_MAX_TIMESTAMP_OFFSET),
        data: random.bytes(random.integer(0, place === count - 1 ? 1300 : RED_MAX_BLOCK_BYTES)),
      }));
      expect(parseRed(serializeRed(blocks))).toEqual(blocks);
    }
  });

  it("refuses what does not fit", () => {
    const primary = { payloadType: 1, timestampOffset: 0, data: new Uint8Array() };
    expect(() => serializeRed([])).toThrow(RangeError);
    expect(() => serializeRed(new Array(33).fill(primary))).toThrow(RangeError);
    expect(() => serializeRed([{ ...primary, timestampOffset: 16_384 }, primary])).toThrow(RangeError);
    expect(() => serializeRed([{ ...primary, data: new Uint8Array(1024) }, primary])).toThrow(RangeError);
  });

  it("is not parsed when cut short or endless", () => {
    const bytes = Uint8Array.of(0xef, 0x0f, 0x00, 0x02, 0x6f, 1, 2, 3);
    for (const end of [0, 1, 4, 5, 6]) expect(parseRed(bytes.subarray(0, end))).toBeUndefined();
    expect(parseRed(bytes.subarray(0, 7))).toHaveLength(2);
    expect(parseRed(new Uint8Array(400).fill(0x80))).toBeUndefined();
  });

  it("survives any bytes", () => {
    const random = new SeededRandom(2);
    let parsed = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = random.bytes(random.integer(0, 60));
      if (bytes.length > 8 && random.next() < 0.7) bytes.set([bytes[0]! | 0x80, 0, 0, bytes[3]! & 31, 9]);
      const blocks = parseRed(bytes);
      if (blocks === undefined) continue;
      parsed += 1;
      const size = blocks.reduce((sum, { data }) => sum + 4 + data.length, -3);
      expect(size).toBe(bytes.length);
    }
    expect(parsed).toBeGreaterThan(5000);
  });
});

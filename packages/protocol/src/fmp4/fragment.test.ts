import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS } from "./fmp4.fixture.ts";
import { parseFragment } from "./parse-fragment.ts";
import { readBoxes } from "./read-boxes.ts";
import { serializeEmptyFragment } from "./serialize-empty-fragment.ts";
import { type FragmentSample, serializeFragment } from "./serialize-fragment.ts";

const sample = (data: number[], rest: Partial<FragmentSample> = {}): FragmentSample => ({
  data: Uint8Array.from(data),
  duration: 3000,
  keyframe: false,
  ...rest,
});

const anySample = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  duration: fc.oneof(fc.constant(3000), fc.nat()),
  compositionOffset: fc.oneof(fc.constant(0), fc.integer({ min: -90_000, max: 90_000 })),
  keyframe: fc.boolean(),
});

describe("a fragment", () => {
  it("is a moof and a mdat; what all samples share is told once", () => {
    const samples = [sample([1, 2], { keyframe: true }), sample([3]), sample([4, 5, 6])];
    const bytes = serializeFragment({ format: FORMATS.h264, sequence: 7, baseTime: 90_000, samples });
    const [moof, mdat] = readBoxes(bytes)!;
    expect([moof!.type, mdat!.type]).toEqual(["moof", "mdat"]);
    expect([...bytes.subarray(mdat!.payload)]).toEqual([1, 2, 3, 4, 5, 6]);
    const inside = readBoxes(bytes, moof!.payload, moof!.end)!;
    expect(inside.map(({ type }) => type)).toEqual(["mfhd", "traf"]);
    const track = readBoxes(bytes, inside[1]!.payload, inside[1]!.end)!;
    expect(track.map(({ type }) => type)).toEqual(["tfhd", "tfdt", "trun"]);
    // Data offset, flags of the first, and three sizes.
    expect(track[2]!.end - track[2]!.payload).toBe(4 + 4 + 4 + 4 + 3 * 4);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(track[2]!.payload)).toBe(0x0100_0205);
    expect(view.getUint32(track[2]!.payload + 8)).toBe(mdat!.payload);
  });

  it("says the same when parsed as it was told", () => {
    const base = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const kind = fc.constantFrom(FORMATS.h264, FORMATS.opus);
    fc.assert(
      fc.property(
        fc.array(anySample, { minLength: 1, maxLength: 12 }),
        base,
        kind,
        (samples, baseTime, format) => {
          const bytes = serializeFragment({ format, sequence: 0xffff_ffff, baseTime, samples });
          const parsed = parseFragment(bytes)!;
          expect(parsed).toMatchObject({ sequence: 0xffff_ffff, baseTime, end: bytes.length });
          const told = parsed.samples.map(({ offset, size, ...rest }) => ({
            ...rest,
            data: bytes.slice(offset, offset + size),
          }));
          expect(told).toEqual(
            samples.map((one) => ({ ...one, keyframe: one.keyframe || format.kind === "audio" })),
          );
        },
      ),
    );
  });

  it("is found behind others and behind boxes between fragments", () => {
    const one = serializeFragment({ format: FORMATS.opus, sequence: 1, baseTime: 0, samples: [sample([1])] });
    const two = serializeFragment({
      format: FORMATS.opus,
      sequence: 2,
      baseTime: 960,
      samples: [sample([2])],
    });
    const styp = [0, 0, 0, 12, 0x73, 0x74, 0x79, 0x70, 0, 0, 0, 0];
    const file = Uint8Array.from([...one, ...styp, ...two]);
    const first = parseFragment(file)!;
    const second = parseFragment(file, first.end)!;
    expect(first.end).toBe(one.length);
    expect(second).toMatchObject({ sequence: 2, baseTime: 960, end: file.length });
    expect(file[second.samples[0]!.offset]).toBe(2);
    expect(parseFragment(file, second.end)).toBeUndefined();
  });

  it("that is cut short anywhere is none", () => {
    const samples = [
      sample([1, 2, 3]),
      sample([4], { keyframe: true, compositionOffset: -5 }),
      sample([9, 9]),
    ];
    const bytes = serializeFragment({ format: FORMATS.vp9, sequence: 1, baseTime: 5, samples });
    for (let length = 0; length < bytes.length; length += 1)
      expect(parseFragment(bytes.subarray(0, length))).toBeUndefined();
  });

  it("that is damaged is never more than it is, and never throws", () => {
    const random = new SeededRandom(4);
    const samples = Array.from({ length: 8 }, (_, index) => sample([index, index], { duration: index }));
    const whole = serializeFragment({ format: FORMATS.av1, sequence: 1, baseTime: 5, samples });
    for (let round = 0; round < 5000; round += 1) {
      const bytes = whole.slice();
      for (let hits = random.integer(1, 4); hits > 0; hits -= 1)
        bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      const parsed = parseFragment(bytes);
      if (parsed === undefined) continue;
      expect(parsed.samples.length).toBeLessThanOrEqual(bytes.length);
      for (const { offset, size } of parsed.samples) expect(offset + size).toBeLessThanOrEqual(parsed.end);
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parseFragment(bytes) === undefined));
  });

  it("may say that nothing is in it, and hide what is behind it no more than others do", () => {
    const empty = serializeEmptyFragment({ sequence: 3, baseTime: 2 ** 40 });
    const full = serializeFragment({
      format: FORMATS.opus,
      sequence: 4,
      baseTime: 5,
      samples: [sample([7])],
    });
    const file = Uint8Array.from([...empty, ...full]);
    const first = parseFragment(file)!;
    expect(first).toEqual({ sequence: 3, baseTime: 2 ** 40, samples: [], end: empty.length });
    expect(parseFragment(file, first.end)!.samples).toHaveLength(1);
    for (let length = 0; length < empty.length; length += 1)
      expect(parseFragment(empty.subarray(0, length))).toBeUndefined();
    expect(() => serializeEmptyFragment({ sequence: 1, baseTime: -1 })).toThrow(RangeError);
  });

  it("of nothing, or of what does not fit, is a fault of the caller", () => {
    const write =
      (samples: FragmentSample[], baseTime = 0) =>
      () =>
        serializeFragment({ format: FORMATS.h264, sequence: 1, baseTime, samples });
    expect(write([])).toThrow(RangeError);
    expect(write([sample([])])).toThrow(RangeError);
    expect(write([sample([1], { duration: -1 })])).toThrow(RangeError);
    expect(write([sample([1])], -1)).toThrow(RangeError);
    expect(write([sample([1])], 2 ** 53)).toThrow(RangeError);
    expect(write([sample([1])], 0.5)).toThrow(RangeError);
  });
});

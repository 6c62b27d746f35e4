import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../fmp4.fixture.ts";
import { parseInit } from "../parse-init.ts";
import { findBox, readBoxes } from "../read-boxes.ts";
import { planProgressive } from "./plan-progressive.ts";
import type { StoredFragment, StoredTrack } from "./types.ts";

/** A fragment whose `count` samples lie one after another behind 100 bytes of boxes. */
function fragment(
  file: string,
  baseTime: number,
  count: number,
  rest: Partial<StoredFragment> = {},
): StoredFragment {
  const samples = Array.from({ length: count }, (_, index) => ({
    offset: 100 + index * 10,
    size: 10,
    duration: 3000,
    keyframe: index === 0,
    compositionOffset: 0,
  }));
  return { file, format: 0, baseTime, samples, ...rest };
}

const video = (...fragments: StoredFragment[]): StoredTrack => ({ formats: [FORMATS.h264], fragments });

/** The payload of the box at the end of `path` in the first or another track, as 32-bit fields. */
function fields(head: Uint8Array, track: number, ...path: string[]): number[] {
  const moov = findBox(head, "moov", { payload: 0, end: head.length })!;
  let box = readBoxes(head, moov.payload, moov.end)!.filter(({ type }) => type === "trak")[track]!;
  for (const type of path) box = findBox(head, type, box)!;
  const view = new DataView(head.buffer, head.byteOffset);
  return Array.from({ length: (box.end - box.payload) >> 2 }, (_, index) =>
    view.getUint32(box.payload + 4 * index),
  );
}
const STBL = ["mdia", "minf", "stbl"];

describe("the plan of a progressive file", () => {
  it("is ftyp, moov and an mdat that the ranges fill", () => {
    const { head, ranges, byteLength } = planProgressive([
      video(fragment("a", 0, 3), fragment("b", 9000, 2)),
    ]);
    const end = head.length;
    expect(readBoxes(head, 0, end - 8)!.map(({ type }) => type)).toEqual(["ftyp", "moov"]);
    expect(new DataView(head.buffer).getUint32(end - 8)).toBe(8 + 50);
    expect(ranges).toEqual([
      { file: "a", offset: 100, size: 30 },
      { file: "b", offset: 100, size: 20 },
    ]);
    expect(byteLength).toBe(end + 50);
    expect(parseInit(head)).toEqual(FORMATS.h264);
    expect(fields(head, 0, ...STBL, "stts")).toEqual([0, 1, 5, 3000]);
    expect(fields(head, 0, ...STBL, "stss")).toEqual([0, 2, 1, 4]);
    expect(fields(head, 0, ...STBL, "stco")).toEqual([0, 1, end]);
  });

  it("holds a picture through a gap, and shortens what overlaps", () => {
    const gap = planProgressive([video(fragment("a", 0, 2), fragment("b", 90_000, 1))]);
    expect(fields(gap.head, 0, ...STBL, "stts")).toEqual([0, 3, 1, 3000, 1, 87_000, 1, 3000]);
    expect(gap.durationSeconds).toBeCloseTo(31 / 30, 6);
    const overlap = planProgressive([video(fragment("a", 0, 2), fragment("b", 4000, 1))]);
    expect(fields(overlap.head, 0, ...STBL, "stts")).toEqual([0, 3, 1, 3000, 1, 1000, 1, 3000]);
  });

  it("delays the track that begins later by an empty edit", () => {
    const audio: StoredTrack = { formats: [FORMATS.opus], fragments: [fragment("s", 24_000, 4)] };
    const { head } = planProgressive([video(fragment("a", 90_000, 30)), audio]);
    // Sound from 0.5 s on, the picture from 1 s on.
    expect(fields(head, 1, "edts", "elst")).toEqual([0x0100_0000, 1, 0, 22_500, 0, 0, 0x1_0000]);
    expect(fields(head, 0, "edts", "elst")).toEqual(
      [0x0100_0000, 2, [0, 45_000, 0xffff_ffff, 0xffff_ffff, 0x1_0000], [0, 90_000, 0, 0, 0x1_0000]].flat(),
    );
  });

  it("begins the presentation at the first picture where pictures are reordered", () => {
    const one = fragment("a", 0, 3);
    const samples = one.samples.map((sample, index) => ({
      ...sample,
      compositionOffset: [3000, 6000, 0][index]!,
    }));
    const { head } = planProgressive([video({ ...one, samples })]);
    expect(fields(head, 0, ...STBL, "ctts")).toEqual([0x0100_0000, 3, 1, 3000, 1, 6000, 1, 0]);
    expect(fields(head, 0, "edts", "elst").slice(4, 6)).toEqual([0, 3000]);
  });

  it("cuts chunks where the description changes and after a second, and lets tracks alternate", () => {
    const other = { ...FORMATS.h264 };
    const pictures: StoredTrack = {
      formats: [FORMATS.h264, other],
      fragments: [fragment("a", 0, 60), fragment("b", 180_000, 15, { format: 1 })],
    };
    const sound: StoredTrack = { formats: [FORMATS.opus], fragments: [fragment("s", 0, 32)] };
    const { head, ranges } = planProgressive([pictures, sound]);
    expect(fields(head, 0, ...STBL, "stsc")).toEqual([0, 2, 1, 30, 1, 3, 15, 2]);
    expect(fields(head, 0, ...STBL, "stsd")[1]).toBe(2);
    expect(ranges.map(({ file, size }) => `${file}${size}`)).toEqual([
      "a300",
      "s160",
      "a300",
      "s160",
      "b150",
    ]);
  });

  it("has long offsets where the file needs them", () => {
    const big = fragment("a", 0, 3);
    const samples = big.samples.map((sample) => ({ ...sample, size: 2 ** 31 }));
    const { head, byteLength } = planProgressive([video({ ...big, samples })]);
    expect(byteLength).toBe(head.length + 3 * 2 ** 31);
    expect(fields(head, 0, ...STBL, "co64").slice(0, 2)).toEqual([0, 1]);
    const view = new DataView(head.buffer, head.length - 16);
    expect([view.getUint32(0), view.getUint32(8), view.getUint32(12)]).toEqual([1, 1, 2 ** 31 + 16]);
  });

  it("without samples, or with a format that is not there, is a fault of the caller", () => {
    expect(() => planProgressive([])).toThrow(RangeError);
    expect(() => planProgressive([video()])).toThrow(RangeError);
    const foreign = fragment("b", 9000, 1, { format: 1 });
    expect(() => planProgressive([video(fragment("a", 0, 1), foreign)])).toThrow(RangeError);
    const mixed: StoredTrack = {
      formats: [FORMATS.h264, FORMATS.opus],
      fragments: [fragment("a", 0, 1), foreign],
    };
    expect(() => planProgressive([mixed])).toThrow(RangeError);
  });

  it("accounts for every byte, whatever the fragments", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 });
    const stored = fc.record({
      sizes,
      baseTime: fc.nat({ max: 900_000 }),
      composition: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(stored, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
        (tracks) => {
          const plan = planProgressive(
            tracks.map((fragments, track) => ({
              formats: [FORMATS.vp9],
              fragments: fragments.map((one, index) => {
                let offset = 0;
                const samples = one.sizes.map((size) => {
                  offset += size;
                  const rest = { duration: 3000, keyframe: true, compositionOffset: one.composition };
                  return { offset: offset - size, size, ...rest };
                });
                return { file: `${track}.${index}`, format: 0, baseTime: one.baseTime, samples };
              }),
            })),
          );
          const total = tracks
            .flat()
            .flatMap((one) => one.sizes)
            .reduce((sum, size) => sum + size, 0);
          expect(plan.ranges.reduce((sum, { size }) => sum + size, 0)).toBe(total);
          expect(plan.byteLength).toBe(plan.head.length + total);
          // The first chunk of all lies right behind the head.
          const firsts = tracks.map((_, track) => fields(plan.head, track, ...STBL, "stco")[2]!);
          expect(Math.min(...firsts)).toBe(plan.head.length);
        },
      ),
    );
  });
});

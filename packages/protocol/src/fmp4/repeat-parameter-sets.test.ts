import fc from "fast-check";
import { expect, test } from "vitest";
import { hevcFormat } from "../units/hevc-format.ts";
import type { VideoFormat } from "../units/types.ts";
import { FORMATS, HEVC_SETS, PPS, SPS_642X362 } from "./fmp4.fixture.ts";
import { parseFragment } from "./parse-fragment.ts";
import { repeatParameterSets } from "./repeat-parameter-sets.ts";
import { type FragmentSample, serializeFragment } from "./serialize-fragment.ts";

const h264 = FORMATS.h264 as VideoFormat;
const [vps, sps, pps] = HEVC_SETS;
const hevc = hevcFormat({ vps: [vps], sps: [sps], pps: [pps] })!;

const nal = (...bytes: number[]) => Uint8Array.of(0, 0, 0, bytes.length, ...bytes);
const lengthed = (bytes: Uint8Array) => nal(...bytes);
const sample = (data: Uint8Array, keyframe: boolean): FragmentSample => ({
  ...{ data, keyframe, duration: 3000, compositionOffset: keyframe ? 0 : 6000 },
});

/** Two fragments: a keyframe and a picture, a picture and a keyframe. */
function segment(format: VideoFormat): Uint8Array {
  const key = sample(nal(0x65, 1, 2, 3), true);
  const other = sample(nal(0x41, 9), false);
  return Buffer.concat([
    serializeFragment({ format, sequence: 5, baseTime: 90_000, samples: [key, other] }),
    serializeFragment({ format, sequence: 6, baseTime: 96_000, samples: [other, key] }),
  ]);
}

function samplesOf(bytes: Uint8Array) {
  const found: { at: number; data: number[]; keyframe: boolean; compositionOffset: number }[] = [];
  for (let next = parseFragment(bytes); next !== undefined; next = parseFragment(bytes, next.end)) {
    let at = next.baseTime;
    for (const { offset, size, duration, keyframe, compositionOffset } of next.samples) {
      found.push({ at, data: [...bytes.subarray(offset, offset + size)], keyframe, compositionOffset });
      at += duration;
    }
  }
  return found;
}

test.each([
  ["H.264", h264, [SPS_642X362, PPS]],
  ["HEVC", hevc, [...HEVC_SETS]],
])("keyframes of %s get the parameter sets, other pictures and times stay", (_name, format, sets) => {
  const bytes = segment(format);
  const repeated = samplesOf(repeatParameterSets(format, bytes)!);
  const head = sets.flatMap((set) => [...lengthed(set)]);
  expect(repeated).toEqual(
    samplesOf(bytes).map((one) => (one.keyframe ? { ...one, data: [...head, ...one.data] } : one)),
  );
});

test("what has them, and what needs none, stays as it is", () => {
  const once = repeatParameterSets(h264, segment(h264))!;
  expect(repeatParameterSets(h264, once)).toBeUndefined();
  for (const format of [FORMATS.vp8, FORMATS.vp9, FORMATS.av1] as VideoFormat[]) {
    expect(repeatParameterSets(format, segment(format))).toBeUndefined();
  }
  expect(repeatParameterSets({ ...h264, configuration: Uint8Array.of(1, 2) }, segment(h264))).toBeUndefined();
});

test("whatever the bytes, it does not throw", () => {
  const bytes = segment(h264);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { maxLength: 12 }),
      fc.nat({ max: bytes.length }),
      (changes, length) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        repeatParameterSets(h264, damaged.subarray(0, length));
      },
    ),
  );
});

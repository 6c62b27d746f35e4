import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { type FrameInfo, raiseTemporalLimit, readFrameInfo } from "../codec/frame-info.ts";
import { dependencyDescriptor } from "../testing/payloads.ts";
import { DependencyDescriptorReader } from "./dependency-descriptor.ts";

const FRAME = {
  first: true,
  last: true,
  keyframe: false,
  temporalLayer: 0,
  frameNumber: 300,
  temporalLayers: 3,
};
const NOTHING = new Uint8Array();

function read(
  reader: DependencyDescriptorReader,
  descriptor: Uint8Array,
  options: { mayDefine?: boolean } = {},
): FrameInfo {
  const info = readFrameInfo("av1", NOTHING, false);
  reader.read(descriptor, options.mayDefine ?? true, info);
  return info;
}

describe("dependency descriptors", () => {
  it("tell frame numbers always, layers once a structure came", () => {
    const reader = new DependencyDescriptorReader();
    const upper = dependencyDescriptor({ ...FRAME, temporalLayer: 2 });
    expect(read(reader, upper)).toMatchObject({ frameNumber: 300, temporalLayer: undefined, start: false });
    expect(read(reader, dependencyDescriptor({ ...FRAME, keyframe: true })).temporalLayer).toBe(0);
    expect(read(reader, upper)).toMatchObject({ frameNumber: 300, temporalLayer: 2, start: true });
    expect(read(reader, dependencyDescriptor({ ...FRAME, first: false })).start).toBe(false);
  });

  it("tell where more layers may begin", () => {
    const reader = new DependencyDescriptorReader();
    read(reader, dependencyDescriptor({ ...FRAME, keyframe: true }));
    const base = read(reader, dependencyDescriptor(FRAME));
    expect([0, 1, 2].map((limit) => raiseTemporalLimit(base, limit))).toEqual([2, 2, 2]);
    const middle = read(reader, dependencyDescriptor({ ...FRAME, temporalLayer: 1 }));
    expect([0, 1, 2].map((limit) => raiseTemporalLimit(middle, limit))).toEqual([0, 2, 2]);
    const top = read(reader, dependencyDescriptor({ ...FRAME, temporalLayer: 2 }));
    expect([0, 1, 2].map((limit) => raiseTemporalLimit(top, limit))).toEqual([0, 1, 2]);
  });

  it("believe a frame's own indications before its template's", () => {
    const reader = new DependencyDescriptorReader();
    read(reader, dependencyDescriptor({ ...FRAME, keyframe: true }));
    // Flags: custom indications only; then, for three targets: switch, required, required.
    const own = Uint8Array.of(0x80 | 7, 0, 9, 0b00100_10_1, 0b1_11_00000);
    expect(raiseTemporalLimit(read(reader, own), 0)).toBe(0);
    const active = Uint8Array.of(0x80 | 7, 0, 9, 0b01100_111, 0b11_10_11_00);
    expect(raiseTemporalLimit(read(reader, active), 0)).toBe(1);
  });

  it("do not go back to an old structure with a late packet", () => {
    const reader = new DependencyDescriptorReader();
    read(reader, dependencyDescriptor({ ...FRAME, keyframe: true, temporalLayers: 2 }));
    const late = dependencyDescriptor({ ...FRAME, keyframe: true, temporalLayers: 3 });
    read(reader, late, { mayDefine: false });
    const unknown = read(reader, dependencyDescriptor({ ...FRAME, temporalLayer: 2 }));
    expect(unknown.temporalLayer).toBeUndefined();
  });

  it("survive any bytes", () => {
    const random = new SeededRandom(3);
    const reader = new DependencyDescriptorReader();
    const layers = new Set<number | undefined>();
    for (let round = 0; round < 20_000; round += 1) {
      const descriptor = random.bytes(random.integer(0, 20));
      if (descriptor.length > 3 && random.next() < 0.3) descriptor[3]! |= 0x80;
      const { temporalLayer } = read(reader, descriptor);
      layers.add(temporalLayer);
    }
    expect([...layers].every((layer) => layer === undefined || (layer >= 0 && layer <= 7))).toBe(true);
    expect(layers.size).toBeGreaterThan(2);
  });
});

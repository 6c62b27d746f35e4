import type { Part, Segment } from "@sameroom/engine";
import { beforeEach, describe, expect, it } from "vitest";
import { LiveMemory } from "./live-memory.ts";

const SEGMENT_MICROS = 2_000_000;

const part = (segment: number, index: number, bytes: Uint8Array, rendition = "v"): Part => ({
  ...{ rendition, segment, index, bytes },
  independent: index === 0,
  captureMicros: segment * SEGMENT_MICROS + index * 500_000,
  durationMicros: 500_000,
  gap: bytes.length === 0,
});

const segment = (number: number, rendition = "v"): Segment => ({
  ...{ rendition, number, init: 0, parts: 4, byteLength: 8, independent: true },
  captureMicros: number * SEGMENT_MICROS,
  durationMicros: SEGMENT_MICROS,
  discontinuity: false,
  gap: false,
});

describe("the memory of live bytes", () => {
  let memory: LiveMemory;
  beforeEach(() => {
    memory = new LiveMemory({ keepMs: 10_000 });
  });

  function fill(number: number, rendition = "v"): void {
    for (let index = 0; index < 4; index++)
      memory.part(part(number, index, Uint8Array.of(number, index), rendition));
    memory.segment(segment(number, rendition));
  }

  it("has a part at once, and the segment when it is complete", () => {
    memory.part(part(3, 0, Uint8Array.of(1, 2)));
    expect(memory.partOf("v", 3, 0)).toEqual(Uint8Array.of(1, 2));
    expect(memory.partOf("v", 3, 1)).toBeUndefined();
    expect(memory.segmentOf("v", 3)).toBeUndefined();
    memory.part(part(3, 1, Uint8Array.of(3)));
    memory.segment(segment(3));
    expect(memory.segmentOf("v", 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(memory.partOf("v", 3, 1)).toEqual(Uint8Array.of(3));
    expect(memory.segmentOf("other", 3)).toBeUndefined();
  });

  it("keeps set-ups of a rendition by version", () => {
    const format = { kind: "audio", codec: "opus", codecs: "opus", sampleRate: 48_000, channels: 2 } as const;
    const configuration = new Uint8Array();
    for (let version = 0; version < 100; version++)
      memory.init({
        rendition: "opus",
        version,
        format: { ...format, configuration },
        bytes: Uint8Array.of(version),
      });
    expect(memory.initOf("opus", 99)).toEqual(Uint8Array.of(99));
    expect(memory.initOf("opus", 0)).toBeUndefined();
    expect(memory.initOf("none", 0)).toBeUndefined();
  });

  it("stays as large as the window, however long the show", () => {
    for (let number = 0; number < 1000; number++) {
      fill(number);
      fill(number, "w");
    }
    expect(memory.segmentOf("v", 999)).toBeDefined();
    expect(memory.segmentOf("v", 995)).toBeDefined();
    expect(memory.segmentOf("v", 990)).toBeUndefined();
    expect(memory.partOf("v", 990, 0)).toBeUndefined();
    expect(memory.byteLength).toBe(2 * 6 * 8);
    memory.clear();
    expect(memory.byteLength).toBe(0);
    expect(memory.segmentOf("v", 999)).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { countersIn, freezesIn, latencyIn, layersIn, recoveryMs, type ShownFrame } from "./recording.ts";

/** 25 pictures a second from `fromMs` to `toMs`. */
function steady(fromMs: number, toMs: number, width = 1280): ShownFrame[] {
  const count = Math.round((toMs - fromMs) / 40) + 1;
  return Array.from({ length: count }, (_, index) => ({
    atMs: fromMs + index * 40,
    latencyMs: 100 + (index % 10),
    width,
  }));
}

describe("a recording", () => {
  test("steady pictures are no freeze; a gap is one, with its length", () => {
    expect(freezesIn(steady(0, 4000), { fromMs: 0, toMs: 4000 })).toEqual([]);
    const frames = [...steady(0, 1000), ...steady(1700, 4000)];
    expect(freezesIn(frames, { fromMs: 0, toMs: 4000 })).toEqual([{ atMs: 1000, lengthMs: 700 }]);
  });

  test("no picture at all is a freeze of the whole span, and one that reaches into it counts from its beginning", () => {
    expect(freezesIn([], { fromMs: 0, toMs: 3000 })).toEqual([{ atMs: 0, lengthMs: 3000 }]);
    const frames = [...steady(0, 1000), ...steady(3000, 5000)];
    expect(freezesIn(frames, { fromMs: 2000, toMs: 5000 })).toEqual([{ atMs: 2000, lengthMs: 1000 }]);
    expect(freezesIn(frames, { fromMs: 0, toMs: 2000 })).toEqual([{ atMs: 1000, lengthMs: 1000 }]);
  });

  test("latencies are of the span's readable pictures", () => {
    const frames = [
      { atMs: 10, latencyMs: 900, width: 1 },
      { atMs: 20, latencyMs: 100, width: 1 },
      { atMs: 30, latencyMs: null, width: 1 },
      { atMs: 40, latencyMs: 200, width: 1 },
    ];
    expect(latencyIn(frames, { fromMs: 15, toMs: 50 }, 0.5)).toBe(150);
    expect(latencyIn([], { fromMs: 0, toMs: 1 }, 0.5)).toBeNaN();
  });

  test("layers are told when they change", () => {
    const frames = [...steady(0, 1000), ...steady(1040, 2000, 320), ...steady(2040, 3000)];
    expect(layersIn(frames, { fromMs: 500, toMs: 3000 })).toEqual([
      { atMs: 520, width: 1280 },
      { atMs: 1040, width: 320 },
      { atMs: 2040, width: 1280 },
    ]);
  });

  test("it has recovered when the picture is back at its size and goes on for a second", () => {
    const frames = [
      ...steady(0, 1000),
      ...steady(3000, 3400),
      ...steady(4200, 6000, 640),
      ...steady(6040, 9000),
    ];
    expect(recoveryMs(frames, { sinceMs: 2000, width: 640 })).toBe(2200);
    expect(recoveryMs(frames, { sinceMs: 2000, width: 1280 })).toBe(4040);
    expect(recoveryMs(frames, { sinceMs: 2000, width: 1920 })).toBeNull();
    expect(recoveryMs(steady(0, 1500), { sinceMs: 1000, width: 1280 })).toBeNull();
  });

  test("counters are differences, from zero again after a reconnection", () => {
    const empty = {
      framesDecoded: 0,
      keyframesDecoded: 0,
      freezeCount: 0,
      packetsReceived: 0,
      packetsLost: 0,
      retransmitted: 0,
      nacks: 0,
      plis: 0,
      videoBytes: 0,
      jitterBufferSeconds: 0,
      jitterBufferMinimumSeconds: 0,
      jitterBufferEmitted: 0,
      audioSamples: 0,
      audioConcealed: 0,
      audioEnergy: 0,
    };
    const counters = [
      { ...empty, atMs: 0, framesDecoded: 10, nacks: 9 },
      { ...empty, atMs: 100, framesDecoded: 50, nacks: 2 },
    ];
    expect(countersIn(counters, { fromMs: 0, toMs: 100 })).toEqual({ ...empty, framesDecoded: 40, nacks: 2 });
  });
});

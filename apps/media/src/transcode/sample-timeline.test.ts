import fc from "fast-check";
import { expect, test } from "vitest";
import { SampleTimeline } from "./sample-timeline.ts";

test("a sample in the middle of a frame is that much later than its first one", () => {
  const timeline = new SampleTimeline(48_000);
  timeline.append(1_000_000, 960);
  timeline.append(1_020_000, 960);
  expect([0, 480, 960, 1024].map((position) => timeline.take(position))).toEqual([
    1_000_000, 1_010_000, 1_020_000, 1_021_333,
  ]);
});

test("what was never captured has no time", () => {
  const timeline = new SampleTimeline(48_000);
  expect(timeline.take(0)).toBeUndefined();
  timeline.append(0, 960);
  expect(timeline.take(-1024)).toBeUndefined();
  expect(timeline.take(960)).toBeUndefined();
});

test("a jump of the clock shows exactly where it was", () => {
  const timeline = new SampleTimeline(48_000);
  timeline.append(0, 960);
  timeline.append(5_000_000, 960);
  expect(timeline.take(959)).toBe(19_979);
  expect(timeline.take(960)).toBe(5_000_000);
});

test("any frame sizes: every sample asked for in order has the time of the frame it came in", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5760 }), fc.integer({ min: 0, max: 1e12 })), {
        minLength: 1,
      }),
      fc.integer({ min: 1, max: 2048 }),
      (frames, step) => {
        const timeline = new SampleTimeline(48_000);
        for (const [samples, micros] of frames) timeline.append(micros, samples);
        for (let position = 0; position < timeline.end; position += step) {
          let start = 0;
          const frame = frames.find(([samples]) => {
            if (position < start + samples) return true;
            start += samples;
            return false;
          })!;
          expect(timeline.take(position)).toBe(
            Math.round(frame[1] + ((position - start) * 1_000_000) / 48_000),
          );
        }
      },
    ),
    { numRuns: 20, seed: 4 },
  );
});

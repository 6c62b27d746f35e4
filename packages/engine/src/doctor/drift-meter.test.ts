import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { DriftMeter } from "./drift-meter.ts";

const START_MICROS = 1_700_000_000_000_000;

/** A clock that runs by so many parts in a million too fast, told of each second. */
function watch(
  meter: DriftMeter,
  ppm: number,
  seconds: number,
  noiseMs: (second: number) => number = () => 0,
) {
  for (let second = 0; second < seconds; second++)
    meter.add({
      unixMicros: START_MICROS + second * 1e6 + noiseMs(second) * 1000,
      rtpTimestamp: (4_294_000_000 + second * 48_000 * (1 + ppm / 1e6)) >>> 0,
    });
  return meter.ppm;
}

describe("the drift meter", () => {
  it.each([-400, -150, 0, 150, 1000])("measures %i parts in a million", (ppm) => {
    const random = new SeededRandom(3);
    const measured = watch(new DriftMeter(48_000), ppm, 600, () => random.next() * 8);
    expect(Math.abs(measured! - ppm)).toBeLessThan(30);
  });

  it("says nothing before three minutes", () => {
    expect(watch(new DriftMeter(48_000), 500, 170)).toBeUndefined();
    expect(watch(new DriftMeter(48_000), 500, 190)).toBeCloseTo(500, -1);
  });

  it("does not take a network for a clock", () => {
    const random = new SeededRandom(4);
    expect(watch(new DriftMeter(48_000), 0, 300, () => random.next() * 300)).toBe(0);
    expect(watch(new DriftMeter(48_000), 0, 300, (second) => (second < 150 ? 0 : 60))).toBe(0);
  });

  it("begins anew where timestamps jump", () => {
    const meter = new DriftMeter(48_000);
    watch(meter, 0, 200);
    meter.add({ unixMicros: START_MICROS + 203e6, rtpTimestamp: 12_345 });
    expect(meter.ppm).toBeUndefined();
  });
});

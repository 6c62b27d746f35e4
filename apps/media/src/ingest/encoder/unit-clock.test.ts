import { FakeClock } from "@sameroom/base/testing";
import { opusFormat } from "@sameroom/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import type { EncoderUnit } from "./types.ts";
import { type TimedUnit, UnitClock } from "./unit-clock.ts";

const FORMAT = opusFormat(2);

describe("the clock of an encoder's units", () => {
  let clock: FakeClock;
  let timed: TimedUnit[];
  let units: UnitClock;
  beforeEach(() => {
    clock = new FakeClock();
    timed = [];
    units = new UnitClock({
      nowMs: () => clock.nowMs(),
      unixMs: () => clock.unixMs(),
      onTimed: (each) => timed.push(each),
    });
  });

  function unit(ptsMs: number, more: Partial<EncoderUnit> = {}): EncoderUnit {
    const data = Uint8Array.of(0xfc, 1, 2);
    const ptsMicros = ptsMs * 1000;
    return { format: FORMAT, ptsMicros, compositionMicros: 0, keyframe: true, samples: 960, data, ...more };
  }

  it("holds the first 200 ms back, and times a burst by its end", () => {
    for (let pts = 0; pts < 500; pts += 20) units.take(unit(pts));
    expect(timed).toEqual([]);
    clock.advance(199);
    units.poll(clock.nowMs());
    expect(timed).toEqual([]);
    clock.advance(1);
    units.poll(clock.nowMs());
    expect(timed).toHaveLength(25);
    // The last came as it was captured, 200 ms ago; the first was captured 480 ms before it.
    const last = timed.at(-1)!.unit.captureMicros;
    expect(last).toBeCloseTo((clock.unixMs() - 200) * 1000, -1);
    expect(last - timed[0]!.unit.captureMicros).toBe(480_000);
    units.take(unit(700));
    expect(timed).toHaveLength(26);
  });

  it("holds no more than a bounded number of units back", () => {
    for (let index = 0; index < 1100; index += 1) units.take(unit(index));
    expect(timed).toHaveLength(1100);
  });

  it("leaves out units without a time, and bounds what cannot be", () => {
    for (const ptsMicros of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])
      units.take(unit(0, { ptsMicros }));
    units.take(unit(0, { compositionMicros: Number.NaN }));
    // Hours of sound in one packet would be parts without number.
    units.take(unit(0, { samples: 2 ** 31 }));
    units.take(unit(0, { compositionMicros: -5 }));
    units.take(unit(20, { compositionMicros: 1e12 }));
    clock.advance(200);
    units.poll(clock.nowMs());
    expect(timed.map(({ unit: { compositionMicros } }) => compositionMicros)).toEqual([0, 10_000_000]);
  });
});

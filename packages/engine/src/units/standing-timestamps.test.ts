import { expect, it } from "vitest";
import { StandingTimestamps } from "./standing-timestamps.ts";

const PACKET_MICROS = 20_000;
/** Timestamps wrap on the way. */
const FIRST = 0xffff_ff00;

/** Packets of 20 ms: when each arrives, ms after the one before. Gives the indices at which a rest is told. */
function told(gapsMs: readonly number[], timestampOf = (index: number) => index * 960): number[] {
  const standing = new StandingTimestamps(48_000);
  let arrivalMicros = 5_000_000;
  return gapsMs.flatMap((gapMs, index) => {
    arrivalMicros += gapMs * 1000;
    return standing.take((FIRST + timestampOf(index)) >>> 0, arrivalMicros) ? [index] : [];
  });
}
const steady = (packets: number) => Array<number>(packets).fill(PACKET_MICROS / 1000);

it("is told 300 ms after the sender goes on, each time, however long it has rested", () => {
  for (const restMs of [250, 2000, 60_000]) {
    const once = [...steady(50), restMs, ...steady(50)];
    expect(told([...once, ...once])).toEqual([65, 166]);
  }
});

it("is told where packets scatter, too", () => {
  const scattered = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 5 : 35));
  expect(told([...steady(50), 1000, ...scattered])).toHaveLength(1);
});

it("is not told where packets were only late, at once or little by little", () => {
  expect(told([...steady(50), 2000, ...Array<number>(99).fill(0), ...steady(200)])).toEqual([]);
  expect(told([...steady(50), 500, ...Array<number>(60).fill(12), ...steady(200)])).toEqual([]);
});

it("is not told where timestamps went on, or packets were lost, nor of a pause that any network makes", () => {
  const rest = [...steady(50), 2000, ...steady(50)];
  expect(told(rest, (index) => index * 960 + (index >= 50 ? 96_000 : 0))).toEqual([]);
  expect(told([...steady(50), 150, ...steady(50)])).toEqual([]);
  expect(told(steady(500))).toEqual([]);
});

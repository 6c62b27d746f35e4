import { expect, test } from "vitest";
import { CostMeter } from "./cost-meter.ts";

test("a process's time is shared out by what its jobs took themselves", () => {
  let cpuMicros = 500_000;
  let nowMs = 0;
  const meter = new CostMeter({ cpuMicros: () => cpuMicros, nowMs: () => nowMs });
  const work = (job: number, micros: number) =>
    meter.measure(job, () => {
      cpuMicros += micros;
    });
  work(1, 30_000);
  work(2, 10_000);
  cpuMicros += 20_000;
  nowMs = 2000;
  expect([...meter.report([1, 2, 3])]).toEqual([
    [1, 22.5],
    [2, 7.5],
    [3, 0],
  ]);
  nowMs = 3000;
  expect([...meter.report([1, 2])]).toEqual([
    [1, 0],
    [2, 0],
  ]);
});

test("a job that fails is counted, and one that is gone is not", () => {
  let cpuMicros = 0;
  let nowMs = 0;
  const meter = new CostMeter({ cpuMicros: () => cpuMicros, nowMs: () => nowMs });
  expect(() =>
    meter.measure(1, () => {
      cpuMicros += 5000;
      throw new Error("broken");
    }),
  ).toThrow("broken");
  meter.measure(2, () => {
    cpuMicros += 5000;
  });
  meter.forget(1);
  nowMs = 1000;
  expect([...meter.report([2])]).toEqual([[2, 10]]);
});

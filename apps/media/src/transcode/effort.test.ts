import { expect, test } from "vitest";
import { Effort, effortSteps } from "./effort.ts";

/** A push each 33 ms from one time to another, with that wait; the steps there were. */
function run(effort: Effort, range: { fromMs: number; toMs: number; waitedMs: number }): number[] {
  const steps: number[] = [];
  for (let nowMs = range.fromMs; nowMs < range.toMs; nowMs += 33) {
    if (effort.note(range.waitedMs, nowMs)) steps.push(effort.step);
  }
  return steps;
}

test("a machine that is fast enough makes everything, for hours", () => {
  const effort = new Effort(effortSteps);
  expect(run(effort, { fromMs: 0, toMs: 7_200_000, waitedMs: 40 })).toEqual([]);
  expect(effort.step).toBe(0);
});

test("waiting makes it less, one step at a time, and never less than the least", () => {
  const effort = new Effort(effortSteps);
  expect(run(effort, { fromMs: 0, toMs: 3000, waitedMs: 200 })).toEqual([1, 2]);
  expect(run(effort, { fromMs: 3000, toMs: 60_000, waitedMs: 200 })).toEqual([3, 4]);
  expect(effort.step).toBe(effortSteps.length - 1);
  expect(effort.lower(60_000)).toBe(false);
});

test("each step is less than the one before: smaller first, then fewer pictures", () => {
  for (const [index, step] of effortSteps.slice(1).entries()) {
    const before = effortSteps[index]!;
    expect(step.scale <= before.scale && step.leastMicros >= before.leastMicros).toBe(true);
    expect(step.scale < before.scale || step.leastMicros > before.leastMicros).toBe(true);
  }
  expect(effortSteps[1]!.leastMicros).toBe(effortSteps[0]!.leastMicros);
});

test("half a minute of calm tries more; when that was too much, the next try comes later", () => {
  const effort = new Effort(effortSteps);
  run(effort, { fromMs: 0, toMs: 33, waitedMs: 200 });
  expect(effort.step).toBe(1);
  expect(run(effort, { fromMs: 100, toMs: 30_000, waitedMs: 10 })).toEqual([]);
  expect(run(effort, { fromMs: 30_000, toMs: 31_000, waitedMs: 10 })).toEqual([0]);
  expect(run(effort, { fromMs: 33_000, toMs: 33_100, waitedMs: 200 })).toEqual([1]);
  expect(run(effort, { fromMs: 33_100, toMs: 92_000, waitedMs: 10 })).toEqual([]);
  expect(run(effort, { fromMs: 92_000, toMs: 94_000, waitedMs: 10 })).toEqual([0]);
});

test("waits that are neither long nor short change nothing", () => {
  const effort = new Effort(effortSteps);
  effort.lower(0);
  expect(run(effort, { fromMs: 0, toMs: 300_000, waitedMs: 100 })).toEqual([]);
});

test("what comes at once may take a moment, but not for ever", () => {
  const effort = new Effort(effortSteps);
  effort.burst(0);
  expect(run(effort, { fromMs: 0, toMs: 1000, waitedMs: 800 })).toEqual([]);
  expect(run(effort, { fromMs: 1000, toMs: 1100, waitedMs: 10 })).toEqual([]);
  const slow = new Effort(effortSteps);
  slow.burst(0);
  expect(run(slow, { fromMs: 0, toMs: 2200, waitedMs: 800 })).toEqual([1]);
});

import { expect, test } from "vitest";
import { createRestartPolicy } from "./restart-policy.ts";

test("the first restart is immediate, the next ones wait ever longer, up to ten seconds", () => {
  const policy = createRestartPolicy();
  const delays = Array.from({ length: 9 }, (_, death) => policy.died(death));
  expect(delays).toEqual([0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test("a child that worked for a while is restarted at once again", () => {
  const policy = createRestartPolicy();
  policy.died(0);
  policy.died(1000);
  policy.ready(2000);
  expect(policy.died(32_000)).toBe(0);
});

test("a child that dies shortly after it was ready is not", () => {
  const policy = createRestartPolicy();
  policy.died(0);
  policy.ready(100);
  expect(policy.died(5000)).toBe(500);
  expect(policy.deaths).toBe(2);
});

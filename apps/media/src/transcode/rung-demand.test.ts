import { FakeClock } from "@sameroom/base/testing";
import { expect, test } from "vitest";
import { RungDemand } from "./rung-demand.ts";

test("something is begun with the first who asks and ended 30 s after the last", () => {
  const clock = new FakeClock();
  const demand = new RungDemand();
  expect(demand.asked("h264-480", clock.nowMs())).toBe(true);
  clock.advance(20_000);
  expect(demand.asked("h264-480", clock.nowMs())).toBe(false);
  clock.advance(29_999);
  expect(demand.expired(clock.nowMs())).toEqual([]);
  expect(demand.wanted).toEqual(["h264-480"]);
  clock.advance(1);
  expect(demand.expired(clock.nowMs())).toEqual(["h264-480"]);
  expect(demand.expired(clock.nowMs()), "told once").toEqual([]);
  expect(demand.asked("h264-480", clock.nowMs()), "and begun anew").toBe(true);
});

test("each is watched for itself", () => {
  const clock = new FakeClock();
  const demand = new RungDemand({ lingerMs: 1000 });
  demand.asked("aac", clock.nowMs());
  clock.advance(600);
  demand.asked("h264-360", clock.nowMs());
  clock.advance(400);
  expect(demand.expired(clock.nowMs())).toEqual(["aac"]);
  expect(demand.wanted).toEqual(["h264-360"]);
});

test("what failed is begun anew by the next who asks", () => {
  const demand = new RungDemand();
  demand.asked("h264-480", 0);
  demand.forget("h264-480");
  expect(demand.expired(60_000)).toEqual([]);
  expect(demand.asked("h264-480", 60_000)).toBe(true);
});

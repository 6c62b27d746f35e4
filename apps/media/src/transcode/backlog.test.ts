import { expect, test } from "vitest";
import { Backlog } from "./backlog.ts";

const key = { keyframe: true, bytes: 100 };
const delta = { keyframe: false, bytes: 100 };

test("nothing is sent before the first keyframe", () => {
  const backlog = new Backlog();
  expect(backlog.admit(delta, 0)).toBe("keyframe");
  expect(backlog.admit(key, 0)).toBe("send");
  expect(backlog.admit(delta, 0)).toBe("send");
  expect(backlog.sequence).toBe(2);
});

test("when the oldest unit waits for more than a second, all is left out up to a keyframe there is room for", () => {
  const backlog = new Backlog();
  backlog.admit(key, 0);
  expect(backlog.admit(delta, 1000)).toBe("send");
  expect(backlog.admit(delta, 1001)).toBe("overflow");
  expect(backlog.admit(key, 1500)).toBe("full");
  backlog.done(1);
  expect(backlog.admit(delta, 1600)).toBe("keyframe");
  expect(backlog.admit(key, 1700)).toBe("send");
  expect(backlog.admit(delta, 1700)).toBe("send");
});

test("every time of being too slow is told once", () => {
  const backlog = new Backlog();
  backlog.admit(key, 0);
  expect([backlog.admit(delta, 2000), backlog.admit(delta, 2100)]).toEqual(["overflow", "full"]);
  backlog.done(1);
  backlog.admit(key, 3000);
  expect([backlog.admit(delta, 5000), backlog.admit(delta, 5100)]).toEqual(["overflow", "full"]);
});

test("a burst is bounded in units and in bytes, whatever the clock says", () => {
  const many = new Backlog();
  const sent = Array.from({ length: 2000 }, () => many.admit(key, 0)).filter((one) => one === "send");
  expect(sent).toHaveLength(1200);
  const large = new Backlog();
  const megabyte = { keyframe: true, bytes: 1024 * 1024 };
  const taken = Array.from({ length: 100 }, () => large.admit(megabyte, 0)).filter((one) => one === "send");
  expect(taken).toHaveLength(32);
});

test("another child begins with nothing under way and needs a keyframe", () => {
  const backlog = new Backlog();
  backlog.admit(key, 0);
  backlog.reset();
  expect(backlog.size).toBe(0);
  expect(backlog.waitedMs(5000)).toBe(0);
  expect(backlog.admit(delta, 5000)).toBe("keyframe");
});

test("where something is only to be decoded, units may wait for longer", () => {
  const backlog = new Backlog();
  backlog.admit({ ...key, isPast: true }, 0);
  backlog.admit({ ...delta, isPast: true }, 0);
  expect(backlog.hasPast).toBe(true);
  expect(backlog.admit({ ...delta, isPast: true }, 7900)).toBe("send");
  backlog.done(3);
  expect(backlog.hasPast).toBe(false);
  expect(backlog.admit(delta, 8000)).toBe("send");
  expect(backlog.admit(delta, 16_000)).toBe("send");
  expect(backlog.admit(delta, 16_001)).toBe("overflow");
});

import { describe, expect, it } from "vitest";
import { PathSilence } from "./path-silence.ts";

const make = () => new PathSilence({ busyMs: 1200, idleMs: 11_000 }, 0);

describe("silence on a path", () => {
  it("is noticed soon where media flowed, once for each spell", () => {
    const path = make();
    expect(path.take(100, true, 300)).toBe(false);
    expect(path.take(200, true, 600)).toBe(false);
    expect(path.take(200, false, 1700)).toBe(false);
    expect(path.take(200, false, 1900)).toBe(true);
    expect(path.take(200, false, 2200)).toBe(false);
  });

  it("is normal for long where nothing is to be carried", () => {
    const path = make();
    path.take(1, false, 0);
    path.take(2, false, 2500);
    expect(path.take(2, false, 13_000)).toBe(false);
    expect(path.take(2, false, 14_000)).toBe(true);
  });

  it("is judged by what came, so that seldom looks are no silence", () => {
    const path = make();
    for (let minute = 0; minute < 5; minute++)
      expect(path.take(minute * 1000, true, minute * 60_000)).toBe(false);
  });

  it("does not take counters that begin anew for silence", () => {
    const path = make();
    path.take(5000, true, 0);
    expect(path.take(10, true, 3000)).toBe(false);
    path.reset(3000);
    expect(path.take(10, true, 4500)).toBe(false);
  });
});

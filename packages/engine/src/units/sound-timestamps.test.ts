import { describe, expect, it } from "vitest";
import { SoundTimestamps } from "./sound-timestamps.ts";

describe("timestamps of sound", () => {
  it("follow each other as samples do, though times are whole milliseconds", () => {
    const timestamps = new SoundTimestamps();
    const taken = Array.from({ length: 500 }, (_, index) => {
      const micros = Math.floor(5.2 + index * 2.5) * 1000;
      return timestamps.take(micros, 120);
    });
    expect(taken).toEqual(taken.map((_, index) => 240 + index * 120));
  });

  it("leave a gap where sound was missing", () => {
    const timestamps = new SoundTimestamps();
    timestamps.take(0, 960);
    expect(timestamps.take(100_000, 960)).toBe(4800);
    expect(timestamps.take(120_400, 960)).toBe(5760);
  });

  it("keep to the clock in the long run", () => {
    const timestamps = new SoundTimestamps();
    let last = 0;
    // A sound card 1 % slow.
    for (let index = 0; index < 10_000; index += 1) last = timestamps.take(index * 20_200, 960);
    expect(Math.abs(last - (9_999 * 20_200 * 48) / 1000)).toBeLessThanOrEqual(480);
  });
});

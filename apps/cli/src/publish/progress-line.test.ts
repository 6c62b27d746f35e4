import { expect, test } from "vitest";
import { progressLine } from "./progress-line.ts";

const news = { type: "progress", sentS: 83.4, bitrate: 2_430_000, lateMs: 20 } as const;

test("progress says where in the file it is, and how much goes out", () => {
  expect(progressLine(news, { durationS: 300, loop: false })).toBe("00:01:23 of 00:05:00, 2.4 Mbit/s");
});

test("a file that is played again and again counts its rounds", () => {
  expect(progressLine(news, { durationS: 60, loop: true })).toBe("00:00:23 of 00:01:00, round 2, 2.4 Mbit/s");
});

test("lateness is said when it can be seen, and an unknown length is left out", () => {
  expect(progressLine({ ...news, lateMs: 1840 }, { durationS: 0, loop: true })).toBe(
    "00:01:23, round 1, 2.4 Mbit/s, 1.8 s late",
  );
});
